// Makes the month's table the grid of the WAI-ARIA practices: one tab stop, arrow keys from day to day.
import { go } from "./swap.js";

let wanted = "";

const move = (days, day, to) => {
  const at = days.indexOf(day) + to;
  if (days[at]) return focusOn(days, days[at]);
  const link = document.getElementById(to < 0 ? "previous" : "following");
  if (!link) return;
  const date = new Date(`${day.dataset.day}T00:00Z`);
  date.setUTCDate(date.getUTCDate() + to);
  wanted = date.toISOString().slice(0, 10);
  go(link.href);
};

const turn = (day, to) => {
  const link = document.getElementById(to < 0 ? "previous" : "following");
  if (!link) return;
  const [year, month, date] = day.dataset.day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + to, 0)).getUTCDate();
  wanted = new Date(Date.UTC(year, month - 1 + to, Math.min(date, last))).toISOString().slice(0, 10);
  go(link.href);
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
  } else if (event.key === "PageUp" || event.key === "PageDown") turn(day, event.key === "PageUp" ? -1 : 1);
  else if (event.key === " ") day.click();
  else return;
  event.preventDefault();
};

export const enhanceMonth = () => {
  const grid = document.querySelector(".month");
  if (!grid) return;
  const days = [...grid.querySelectorAll(".day")];
  grid.setAttribute("role", "grid");
  const start = days.find((day) => day.dataset.day === wanted) ?? days.find((day) => day.ariaCurrent) ?? days.find((day) => day.href) ?? days[0];
  days.forEach((day) => {
    day.tabIndex = day === start ? 0 : -1;
    day.closest("td").setAttribute("aria-selected", day.ariaCurrent === "true");
  });
  grid.addEventListener("keydown", (event) => onKey(event, grid, days));
  if (wanted) start.focus();
  wanted = "";
};
