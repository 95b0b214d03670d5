// The staff calendar: one tab stop with arrows between appointments and gaps, keys, and a page that stays fresh.
import { BROWSER, recall, remember } from "../shared/kept.js";
import { parsePage } from "../shared/parse.js";
import { isMoving, moveByPointer, movedByKey } from "./moving.js";
import { nameAll, number } from "./names.js";
import "./console.js";

const [HIDDEN, LONGEST] = [60_000, 120_000];
const SEEN = Number(document.querySelector("main").dataset.poll ?? 8000); // a month is many days to ask about
const TYPING = "input, textarea, select, dialog, [contenteditable]";
const shown = () => document.getElementById("shown");
const LINKS = ".column :is(h2, li) > a, .days a";
const linksIn = (element, links = "a") => [...element.querySelectorAll(links)];
const tableColumns = ({ rows }) => [...rows[0].cells].map((_, at) => [...rows].flatMap((row) => linksIn(row.cells[at])));
const columns = () => {
  const table = shown().querySelector(".days");
  return table ? tableColumns(table) : [...shown().querySelectorAll(".column")].map((one) => linksIn(one, "h2 > a, li > a"));
};
const rowIn = (element) => number(element, "r");
const rowOf = (link) => (link.closest(".days") ? link.getBoundingClientRect().top : rowIn(link.parentElement));
const keyOf = (link) => link.getAttribute("aria-label") ?? link.textContent;
let [tag, timer, failures] = ["", 0, 0];

/** Leave one link in the tab order: the focused one, else the first that is not over, else the first. */
const rove = (wanted) => {
  const links = columns().flat();
  const now = rowIn(shown().querySelector(".now"));
  const isNext = (link) => (link.closest(".days") ? link.closest("td.present") : rowOf(link) >= Math.max(now, 1));
  const stop = wanted ?? links.find(isNext) ?? links[0];
  for (const link of links) link.tabIndex = link === stop ? 0 : -1;
  return stop;
};

const target = (link, key) => {
  const all = columns();
  const at = all.findIndex((links) => links.includes(link));
  const place = all[at].indexOf(link);
  if (key === "ArrowUp") return all[at][place - 1];
  if (key === "ArrowDown") return all[at][place + 1];
  if (key === "Home") return all[at][0];
  if (key === "End") return all[at].at(-1);
  const step = (key === "ArrowRight" ? 1 : -1) * (document.dir === "rtl" ? -1 : 1);
  for (let next = at + step; all[next]; next += step)
    if (all[next].length) return all[next].reduce((best, one) => (Math.abs(rowOf(one) - rowOf(link)) < Math.abs(rowOf(best) - rowOf(link)) ? one : best));
  return undefined;
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
  const link = event.target.closest(LINKS);
  if (movedByKey(event, link)) return event.preventDefault();
  if (link && /^(Arrow|Home|End)/.test(event.key)) {
    event.preventDefault();
    const next = target(link, event.key);
    if (next) {
      rove(next);
      next.focus();
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  } else if (link || event.target === document.body || event.target.tabIndex === -1) {
    const named = { PageUp: "before", PageDown: "after", t: "today", c: "book", o: "off" }[event.key];
    if (named && link) event.preventDefault();
    if (named && (link || named !== "before")) document.getElementById(named)?.click();
    if (event.key === "?") document.getElementById("keys").showModal();
  }
});
document.addEventListener("focusin", (event) => event.target.matches(LINKS) && rove(event.target));

const put = (page) => {
  const focused = document.activeElement?.closest?.(LINKS);
  const key = focused && keyOf(focused);
  const scroll = shown().querySelector(".grid-scroll");
  const [top, left] = [scroll?.scrollTop, scroll?.scrollLeft];
  shown().replaceWith(page.getElementById("shown"));
  nameAll(shown());
  Object.assign(shown().querySelector(".grid-scroll") ?? {}, { scrollTop: top, scrollLeft: left });
  const again = key && columns().flat().find((link) => keyOf(link) === key);
  rove(again || undefined);
  again?.focus({ preventScroll: true });
};

const ask = async () => {
  clearTimeout(timer);
  try {
    const headers = { Accept: "text/html", ...(tag && { "If-None-Match": tag }) };
    const answer = await fetch(location.href, { headers, cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") return location.reload(); // to sign in, at another site
    if (answer.status !== 304 && !answer.ok) throw new Error(answer.status);
    if (answer.ok) {
      const page = parsePage(await answer.text());
      if (page.getElementById("shown") && !isMoving()) put(page);
      tag = answer.headers.get("ETag") ?? "";
    }
    failures = 0;
  } catch {
    failures += 1;
  }
  timer = setTimeout(ask, Math.min(LONGEST, (document.hidden ? HIDDEN : SEEN) * 2 ** failures));
};

document.addEventListener("visibilitychange", () => !document.hidden && ask());
addEventListener("online", ask);
/** Open the calendar as it was left in this browser, where the address asks for nothing: the view and who is shown, not the day. */
const openAsLeft = () => {
  const [name, asked] = [`calendar ${location.pathname}`, new URLSearchParams(location.search)];
  const left = recall(BROWSER, name);
  if (![...asked.keys()].some((one) => one !== "lang") && left) return location.replace(`?${left}${asked.size ? `&${asked}` : ""}`);
  for (const one of ["day", "news", "lang"]) asked.delete(one);
  for (const [key, value] of [...asked]) if (!value) asked.delete(key);
  remember(BROWSER, name, asked.toString());
};

openAsLeft();
nameAll(shown());
moveByPointer();
rove();
shown().querySelector(".now")?.scrollIntoView({ block: "center" });
window.scrollTo(0, 0);
timer = setTimeout(ask, SEEN);
