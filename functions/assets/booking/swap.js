// Fetches the page behind a link and puts its <main> in place of this one's; on any trouble the browser navigates.
import { parsePage } from "../shared/parse.js";
import { keepTyped, putTyped } from "./typed.js";

const CLICK = 200; // ms that a click takes: what is clicked must not be replaced meanwhile
let newest = 0;
let shown = "";
let whenArrived = () => {};

const here = () => location.pathname + location.search;

export const show = (html, url, { focus, said, replace, push = true } = {}) => {
  const next = parsePage(html);
  const main = next.querySelector("main");
  if (!main) throw new Error("not a page");
  keepTyped();
  document.querySelector("main").replaceWith(main);
  putTyped();
  document.querySelector(".top nav")?.replaceWith(next.querySelector(".top nav") ?? "");
  document.title = next.title;
  if (push) history[replace ? "replaceState" : "pushState"]({}, "", url);
  shown = here();
  whenArrived();
  if (focus) settle(focus);
  const news = [said && document.getElementById(said)?.dataset.said, main.dataset.status];
  document.getElementById("status").textContent = news.filter(Boolean).join(". ");
};

const settle = (id) => {
  const main = document.querySelector("main");
  const target = (id !== "main" && document.getElementById(id)) || main.querySelector("[autofocus]") || main.querySelector("h1[tabindex]") || main;
  target.focus({ preventScroll: true });
  const { top, bottom } = target.getBoundingClientRect();
  if (id === "main") scrollTo(0, 0);
  else if (top < 0 || bottom > innerHeight - 80) target.scrollIntoView({ block: "start" });
};

export const go = async (url, options = {}) => {
  const mine = ++newest;
  document.querySelector("main").classList.add("busy");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    const html = await answer.text();
    if (mine !== newest) return;
    if (!answer.ok) throw new Error(answer.status);
    show(html, answer.url, options);
  } catch {
    if (mine === newest) location.assign(url);
  }
};

const isPlain = (event) => !(event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

const ask = (form, focus) => {
  form.removeAttribute("data-changed");
  const url = new URL(form.action);
  url.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  go(url.href, { focus, said: form.dataset.swap });
};

// The focus stays where it went, on what is there afterwards too.
const leave = (form) => {
  const at = document.activeElement;
  if (!form.isConnected || form.contains(at)) return;
  const isWithin = at.closest("main") && at.localName !== "main";
  ask(form, isWithin ? at.id || form.dataset.swap : "");
};

// A choice is shown by its button, by Enter, or when it is left: each key in a closed list chooses another.
const followChoices = () => {
  document.addEventListener("change", ({ target }) => {
    if (target.matches("form[data-swap] select")) target.form.toggleAttribute("data-changed", target.value !== target.querySelector("[selected]")?.value);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("form[data-swap] select")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    const form = target.closest("form[data-changed]");
    const before = newest;
    if (form && !form.contains(relatedTarget) && document.hasFocus()) setTimeout(() => newest === before && leave(form), CLICK);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-swap]")) return;
    event.preventDefault();
    ask(form, form.dataset.swap);
  });
};

export const followLinks = (arrive) => {
  whenArrived = arrive;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap][href]");
    if (!link || !isPlain(event)) return;
    event.preventDefault();
    go(link.href, { focus: link.dataset.swap });
  });
  followChoices();
  shown = here();
  addEventListener("popstate", () => {
    if (here() !== shown) return go(location.href, { push: false });
    newest += 1; // a leap within the page, or back from one that did not come: what is typed stays
    document.querySelector("main").classList.remove("busy");
  });
};
