// What stands beside a form and says what it means follows the form while it is filled in: the server works it out.
import { parsePage } from "../shared/parse.js";

const PAUSE = 400;
let timer, asking;

const follow = async (form) => {
  asking?.abort();
  asking = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  body.set("do", "look");
  const response = await fetch(form.action, { method: "POST", body, signal: asking.signal, headers: { accept: "text/html" } });
  if (!response.ok) return;
  const page = parsePage(await response.text());
  for (const part of document.querySelectorAll("[data-follows]")) {
    const fresh = page.getElementById(part.id);
    if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
  }
};

export const followForms = () =>
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form.settings");
    if (!form || !document.querySelector("[data-follows]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => follow(form).catch(() => {}), PAUSE);
  });
