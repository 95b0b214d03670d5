// The order of a list: dragged by its handles, moved by arrow keys on them, or by its buttons; saved at once.
const form = () => document.getElementById("act");
const rows = (list) => [...list.children];
let saving = Promise.resolve();

const say = (row, list) => {
  const place = Number(list.dataset.first) + rows(list).indexOf(row);
  const values = { name: row.dataset.name, place };
  const text = form().dataset.said.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  document.getElementById("status").textContent = text;
};

// The first of all has no way up, and the last none down: as the server would draw it.
const settle = (list) => {
  const all = rows(list);
  for (const [index, row] of all.entries()) {
    const place = Number(list.dataset.first) + index;
    row.querySelector('[value^="up "]').disabled = place === 1;
    row.querySelector('[value^="down "]').disabled = place === Number(list.dataset.count);
    const typed = row.querySelector("[name=place]");
    if (typed) typed.value = place;
  }
};

const send = async (order) => {
  const body = new URLSearchParams(new FormData(form()));
  body.set("do", order);
  body.set("key", crypto.randomUUID());
  const response = await fetch(location.pathname, { method: "POST", body, redirect: "manual", headers: { accept: "text/html" } });
  if (response.type !== "opaqueredirect") throw new Error("not moved");
};

const save = (row, list) => {
  settle(list);
  say(row, list);
  const beside = row.previousElementSibling ? `after ${row.dataset.id} ${row.previousElementSibling.dataset.id}` : `before ${row.dataset.id} ${row.nextElementSibling.dataset.id}`;
  saving = saving.then(() => send(beside)).catch(() => location.reload());
};

// The others move around a row, which stays in its place in the document: so it keeps the focus and the pointer.
const pass = (row, way) => {
  const other = way === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return false;
  if (way === "up") row.after(other);
  else row.before(other);
  return true;
};

const step = (row, list, way) => {
  if (!pass(row, way)) return false;
  save(row, list);
  if (document.activeElement.disabled) row.querySelector(".grip").focus();
  return true;
};

const drag = (event, row, list) => {
  const before = rows(list).indexOf(row);
  const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;
  const move = ({ clientY }) => {
    while (row.previousElementSibling && clientY < middle(row.previousElementSibling)) pass(row, "up");
    while (row.nextElementSibling && clientY > middle(row.nextElementSibling)) pass(row, "down");
  };
  const end = (ended) => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", end);
    window.removeEventListener("pointercancel", end);
    row.classList.remove("dragged");
    if (ended.type === "pointercancel") location.reload();
    else if (rows(list).indexOf(row) !== before) save(row, list);
  };
  event.preventDefault();
  event.currentTarget.focus();
  row.classList.add("dragged");
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", end);
  window.addEventListener("pointercancel", end);
};

export const orderLists = () => {
  const list = document.querySelector("[data-order]");
  if (!list) return;
  for (const hint of document.querySelectorAll("[data-with-script]")) hint.hidden = false;
  for (const grip of list.querySelectorAll(".grip")) {
    const row = grip.closest("li");
    grip.hidden = false;
    grip.addEventListener("pointerdown", (event) => drag(event, row, list));
    grip.addEventListener("keydown", (event) => {
      const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
      if (!way) return;
      event.preventDefault();
      step(row, list, way);
    });
  }
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    const [way] = button?.value.split(" ") ?? [];
    if (way !== "up" && way !== "down") return;
    // at the end of a page the server moves it to the next one
    if (step(button.closest("li"), list, way)) event.preventDefault();
  });
};
