// Lets the preview follow a form, a moment after the last change. What the server returns is put into the frame, and not
// loaded by it: that keeps its place, and no step of the way is left in the browser's history.
import { parsePage } from "../shared/parse.js";

const PAUSE = 350; // ms after the last key

let asking;

const choose = (target) => {
  if (target.id.endsWith("-own")) target.form.querySelector(`[name=${target.id.slice(0, -4)}][value=own]`).checked = true;
};

// A mail has its styles in itself. Our own pages refuse such, so they are parsed under another name, and get theirs back
// in the frame, which allows them.
const DRESSED = /(?<=\s)style="/g;

const renamed = (html) => html.replaceAll("<style", '<script type="text/css"').replaceAll("</style>", "</script>").replace(DRESSED, 'data-style="');
const parse = (html, isMail) => parsePage(isMail ? renamed(html) : html);

const dress = (page, fresh) => {
  const sheets = [...fresh.querySelectorAll("script[type='text/css']")];
  page.querySelectorAll("head style").forEach((style, at) => (style.textContent = sheets[at]?.textContent ?? ""));
  for (const one of page.querySelectorAll("[data-style]")) one.setAttribute("style", one.dataset.style);
};

const put = (frame, html) => {
  const page = frame.contentDocument;
  const isMail = Boolean(page.querySelector("head style"));
  const fresh = parse(html, isMail);
  const styles = [...fresh.querySelectorAll("link[rel=stylesheet]")].map((link) => link.getAttribute("href"));
  for (const { name, value } of fresh.documentElement.attributes) page.documentElement.setAttribute(name, value);
  page.querySelectorAll("link[rel=stylesheet]").forEach((link, at) => link.getAttribute("href") === styles[at] || link.setAttribute("href", styles[at]));
  page.body.replaceWith(page.adoptNode(fresh.body));
  if (isMail) dress(page, fresh);
};

const note = (words) => {
  const hint = document.getElementById("accent-hint");
  if (hint && words && hint.textContent !== words) document.getElementById("status").textContent = hint.textContent = words;
};

const look = async (button, frame) => {
  asking?.abort();
  asking = new AbortController();
  const body = new URLSearchParams(new FormData(button.form));
  const answer = await fetch(button.formAction, { method: "POST", body, signal: asking.signal, headers: { accept: "text/html" } }).catch((error) => error);
  if (!answer.ok) return; // overtaken by the next change, or there is no preview just now: the last one stays
  put(frame, await answer.text());
  note(frame.contentDocument.documentElement.dataset.note);
};

export const followPreview = () => {
  const button = document.querySelector("[data-preview]");
  if (!button) return;
  const frame = document.getElementsByName(button.formTarget)[0];
  let late;
  const follow = () => look(button, frame).catch(() => button.form.requestSubmit(button));
  button.hidden = true;
  // a form that came back with what was typed differs from what is stored
  if ("changed" in button.form.dataset) frame.addEventListener("load", follow, { once: true });
  document.addEventListener("input", ({ target }) => {
    if (target.form !== button.form) return;
    choose(target);
    clearTimeout(late);
    late = setTimeout(follow, PAUSE);
  });
};
