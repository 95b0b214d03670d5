// The queue keeps itself fresh: it asks with the ETag it has, puts changed lines in place, and says what changed.
import { closeMenus } from "./booking/menu.js";

const [SEEN, HIDDEN, LONGEST, STALE] = [4000, 30_000, 60_000, 30_000];
const main = document.querySelector("main");
const live = document.getElementById("live");
let tag = "";
let timer = 0;
let failures = 0;
let good = Date.now();
let fetching = false;

const rowsOf = (page) => new Map([...page.querySelectorAll("tr[data-key]")].map((row) => [row.dataset.key, row]));

const focusPath = () => {
  const element = document.activeElement;
  const row = element?.closest("tr[data-key]");
  return row && { key: row.dataset.key, at: [...row.querySelectorAll("a, button, summary, input")].indexOf(element), text: element.value };
};

const refocus = (path) => {
  if (!path) return;
  const element = [...(rowsOf(document).get(path.key)?.querySelectorAll("a, button, summary, input") ?? [])][path.at];
  if (element?.name === "text") element.value = path.text;
  element?.focus({ preventScroll: true });
};

const announce = (changed) => {
  const text = (main.dataset.changed ?? "").replace("{name}", changed.dataset.name).replace("{status}", changed.dataset.statusName);
  document.getElementById("status").textContent = text;
};

const put = (html) => {
  const next = new DOMParser().parseFromString(html, "text/html");
  if (!next.getElementById("lines")) return location.reload();
  const [before, path] = [rowsOf(document), focusPath()];
  if (document.querySelector(".acts details[open]")) return; // somebody is in the middle of something
  for (const id of ["lines", "tiles"]) document.getElementById(id).replaceWith(next.getElementById(id));
  document.title = next.title;
  const changed = [...rowsOf(document).values()].filter((row) => before.get(row.dataset.key)?.dataset.status !== row.dataset.status);
  changed.forEach((row) => row.classList.add("changed"));
  if (changed.length) announce(changed[0]);
  refocus(path);
  tick();
  return true;
};

const ask = async () => {
  if (fetching) return;
  fetching = true;
  clearTimeout(timer);
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html", ...(tag && { "If-None-Match": tag }) }, cache: "no-store" });
    if (answer.redirected) return location.reload();
    if (answer.status === 200 && put(await answer.text())) tag = answer.headers.get("ETag") ?? "";
    else if (answer.status !== 304 && answer.status !== 200) throw new Error(answer.status);
    [failures, good] = [0, Date.now()];
  } catch {
    failures += 1;
  } finally {
    fetching = false;
  }
  const pause = failures ? Math.min(LONGEST, SEEN * 2 ** failures) : document.hidden ? HIDDEN : SEEN;
  timer = setTimeout(ask, pause * (0.9 + Math.random() * 0.2));
};

const tick = () => {
  for (const span of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - new Date(span.dataset.since)) / 1000));
    span.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  }
  const stale = Date.now() - good > STALE && !document.hidden;
  live.classList.toggle("stale", stale);
  const words = stale ? main.dataset.stale : main.dataset.live;
  if (live.lastElementChild.textContent !== words) live.lastElementChild.textContent = words;
};

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("form[data-act]")) return;
  event.preventDefault();
  const form = event.target;
  form.closest("details")?.removeAttribute("open");
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" }).catch(() => null);
  if (answer?.type !== "opaqueredirect") return form.submit();
  ask();
});
document.addEventListener("visibilitychange", () => !document.hidden && ask());
addEventListener("online", ask);
document.querySelector(".filters").addEventListener("change", (event) => event.target.form.requestSubmit());

closeMenus();
live.hidden = false;
setInterval(tick, 1000);
tick();
timer = setTimeout(ask, SEEN);
