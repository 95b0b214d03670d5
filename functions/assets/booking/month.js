// Makes the month's table the grid of the WAI-ARIA practices: one tab stop, arrow keys from day to day.
import { go } from "./swap.js";

let wanted = "";

// Focus a date, here or, by way of the arrow that leads there, in its own month; the server knows how far it goes.
const focusDate = (days, date, link) => {
  const here = days.find((day) => day.dataset.day === date);
  if (here) return focusOn(days, here);
  if (!link) return;
  wanted = date;
  const url = new URL(link.href ?? link.formAction);
  url.searchParams.set("month", date.slice(0, 7));
  if (link.href) return go(url.href);
  link.formAction = url; // what was typed goes with it
  link.click();
};

const arrow = (to) => document.getElementById(to < 0 ? "previous" : "following");

const move = (days, day, to) => {
  const date = new Date(`${day.dataset.day}T00:00Z`);
  date.setUTCDate(date.getUTCDate() + to);
  focusDate(days, date.toISOString().slice(0, 10), arrow(to));
};

const turn = (days, day, to) => {
  const [year, month, date] = day.dataset.day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + to, 0)).getUTCDate();
  const wish = new Date(Date.UTC(year, month - 1 + to, Math.min(date, last)));
  focusDate(days, wish.toISOString().slice(0, 10), arrow(to));
};

const focusOn = (days, day) => {
  days.forEach((each) => (each.tabIndex = each === day ? 0 : -1));
  day.focus();
};

const onKey = (event, grid, days) => {
  const day = event.target.closest(".day");
  if (!day || event.altKey || event.ctrlKey || event.metaKey) return;
  const ahead = getComputedStyle(grid).direction === "rtl" ? -1 : 1;
  const column = day.closest("td").cellIndex;
  const steps = { ArrowRight: ahead, ArrowLeft: -ahead, ArrowDown: 7, ArrowUp: -7, Home: -column, End: 6 - column };
  if (event.key in steps) {
    const edge = event.key === "Home" || event.key === "End";
    const at = days.indexOf(day);
    const step = steps[event.key];
    move(days, day, edge ? Math.max(-at, Math.min(step, days.length - 1 - at)) : step);
  } else if (event.key === "PageUp" || event.key === "PageDown") turn(days, day, (event.key === "PageUp" ? -1 : 1) * (event.shiftKey ? 12 : 1));
  else if (event.key === " ") day.click();
  else return;
  event.preventDefault();
};

export const enhanceMonth = () => {
  const grid = document.querySelector(".month");
  if (!grid) return;
  const days = [...grid.querySelectorAll(".day")];
  grid.setAttribute("role", "grid");
  const nearest = wanted && (days.find((day) => day.dataset.day >= wanted) ?? days.at(-1));
  const start = nearest || (days.find((day) => day.ariaCurrent) ?? days.find((day) => !day.ariaDisabled) ?? days[0]);
  days.forEach((day) => {
    day.tabIndex = day === start ? 0 : -1;
    day.closest("td").setAttribute("aria-selected", day.ariaCurrent === "true");
  });
  grid.addEventListener("keydown", (event) => onKey(event, grid, days));
  if (wanted) start.focus();
  wanted = "";
};
