// Moving an appointment in the staff calendar, and making it longer or shorter: by pointer or keys; the next page asks to confirm.
import { number, timeAt } from "./names.js";

const [STEP, NEAR, EDGE] = [3, 6, 8]; // rows of five minutes; pixels before a press becomes a drag; pixels of the lower edge
const main = document.querySelector("main");
const status = document.getElementById("status");
const grid = () => document.querySelector(".grid");
const columns = () => [...document.querySelectorAll(".column")];
let move = null;

/** Return whose column it is; on a page of hundreds only the heading, which leads to their week, says it. */
const personOf = (column) => column.dataset.person ?? new URL(column.querySelector("h2 > a").href).searchParams.get("person");
const clock = (row) => timeAt(columns()[move.at], row);

const show = () => {
  const column = columns()[move.at];
  move.ghost.className = `ghost r${move.row} s${move.size}`;
  const said = move.size === move.before ? clock(move.row) : `${clock(move.row)} – ${clock(move.row + move.size)}`;
  move.ghost.textContent = said;
  column.querySelector("ol").append(move.ghost);
  move.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  status.textContent = `${said}, ${column.querySelector("h2 a").textContent}`;
};

const begin = (link) => {
  const item = link.parentElement;
  const at = columns().indexOf(item.closest(".column"));
  const [row, size] = [number(item, "r"), number(item, "s")];
  move = { link, item, at, row, size, before: size, ghost: document.createElement("li"), from: `${at} ${row}` };
  move.was = `${columns()[at].dataset.day}T${clock(row)}/${personOf(columns()[at])}`;
  move.ghost.setAttribute("aria-hidden", "true");
  item.classList.add("moving");
  show();
};

const end = () => {
  move?.ghost.remove();
  move?.item.classList.remove("moving");
  document.documentElement.classList.remove("dragging");
  move = null;
};

/** Go to the form that moves it, filled in; the way back is that of the appointment's own page. */
const take = () => {
  const { link, at, row, size, before, from, was } = move;
  const isMoved = from !== `${at} ${row}`;
  const place = isMoved ? { date: columns()[at].dataset.day, time: clock(row), staff: personOf(columns()[at]) } : {};
  const length = size === before ? {} : { [isMoved ? "minutes" : "until"]: isMoved ? size * 5 : clock(row + size) };
  end();
  if (!isMoved && size === before) return;
  const address = new URL(link.href);
  if (address.pathname.includes("/at/")) address.searchParams.set("to", "reschedule");
  else address.pathname += "/reschedule";
  for (const [name, value] of Object.entries({ ...place, ...length, was })) address.searchParams.set(name, value);
  location.assign(address);
};

const rows = () => Number(grid().dataset.rows);
const put = (at, row) => {
  move.at = Math.min(Math.max(at, 0), columns().length - 1);
  move.row = Math.min(Math.max(row, 1), rows() - move.size + 1);
  show();
};

const resize = (size) => {
  move.size = Math.min(Math.max(size, 1), rows() - move.row + 1);
  show();
};

/** Return whether a key was for the appointment that is being moved, or begins to move the focused one. */
export const movedByKey = (event, link) => {
  if (!move) {
    if (event.key !== "m" || !link?.parentElement.matches(".movable")) return false;
    begin(link);
    status.textContent = main.dataset.move;
    return true;
  }
  const side = document.dir === "rtl" ? -1 : 1;
  if (event.shiftKey && /^Arrow(Up|Down)$/.test(event.key)) resize(move.size + (event.key === "ArrowDown" ? STEP : -STEP));
  else if (event.key === "ArrowUp") put(move.at, move.row - STEP);
  else if (event.key === "ArrowDown") put(move.at, move.row + STEP);
  else if (event.key === "ArrowLeft") put(move.at - side, move.row);
  else if (event.key === "ArrowRight") put(move.at + side, move.row);
  else if (event.key === "Enter") take();
  else if (event.key === "Escape") {
    end();
    status.textContent = main.dataset.left;
  } else return event.key !== "Tab";
  return true;
};

export const isMoving = () => move !== null;

const rowAt = (column, y) => {
  const list = column.querySelector("ol").getBoundingClientRect();
  const row = (y - list.top) / (list.height / rows());
  return Math.round(row / STEP) * STEP + 1;
};

const dragTo = ({ clientX, clientY }, pressed) => {
  if (pressed.isEdge) return resize(rowAt(columns()[move.at], clientY) - move.row);
  const at = columns().findIndex((one) => clientX < one.getBoundingClientRect().right);
  const column = columns()[at < 0 ? columns().length - 1 : at];
  put(columns().indexOf(column), rowAt(column, clientY - pressed.into));
};

export const moveByPointer = () => {
  let pressed = null;
  document.addEventListener("pointerdown", (event) => {
    const link = event.target.closest?.(".movable > a");
    if (!link || event.button || event.pointerType === "touch") return;
    const { top, bottom } = link.parentElement.getBoundingClientRect();
    const isEdge = bottom - event.clientY < Math.min(EDGE, (bottom - top) / 3);
    pressed = { link, isEdge, x: event.clientX, y: event.clientY, into: event.clientY - top };
  });
  document.addEventListener("dragstart", (event) => pressed && event.preventDefault());
  document.addEventListener("pointermove", (event) => {
    if (!pressed) return;
    if (!move && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > NEAR) {
      begin(pressed.link);
      document.documentElement.classList.add("dragging");
    }
    if (!move) return;
    dragTo(event, pressed);
  });
  document.addEventListener("pointerup", () => {
    if (pressed && move) {
      const stop = (event) => event.preventDefault(); // the click that ends a drag
      document.addEventListener("click", stop, { capture: true });
      setTimeout(() => document.removeEventListener("click", stop, { capture: true }));
      take();
    }
    pressed = null;
  });
  document.addEventListener("pointercancel", () => {
    pressed = null;
    end();
  });
};
