// Buttons named "do" rearrange a form: the server returns the page, and this puts its form in place of the one here.
import { parsePage } from "../shared/parse.js";
import { markChanged } from "./guard.js";

const CONTROLS = "input:not([type=hidden]), select, textarea, button:not(:disabled)";
const TYPED = "input:not([type=hidden], [type=checkbox]), select, textarea";

// Where the work goes on: in what was added, at what was moved, or beside what was removed.
const nextOf = (form, [action, name, place]) => {
  const field = form.querySelector(`#${CSS.escape(name)}`);
  const part = (at) => form.querySelector(`#${CSS.escape(`${name}-${at}`)}`);
  const last = [...(field?.querySelectorAll(":scope > fieldset") ?? [])].at(-1);
  const way = { up: -1, down: 1 }[action];
  if (action === "copy") return part(place)?.querySelector("summary");
  if (action === "add" && place) return [...part(place).querySelectorAll(TYPED)].at(-2); // the start of the last interval
  if (action === "add") return last?.querySelector(TYPED);
  const at = way ? part(Number(place) + way) : (part(place) ?? last ?? field);
  return (way && at?.querySelector(`[value^="${action} "]:not(:disabled)`)) || at?.querySelector(CONTROLS);
};

const rearrange = async (form, button) => {
  const body = new URLSearchParams(new FormData(form, button));
  const response = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
  const fresh = parsePage(await response.text()).querySelector("form.settings");
  if (!response.ok || !fresh) throw new Error("no form");
  for (const one of form.querySelectorAll("details.group[open]")) fresh.querySelector(`#${CSS.escape(one.id)}`)?.setAttribute("open", "");
  form.replaceWith(fresh);
  markChanged(fresh);
  fresh.dispatchEvent(new Event("input", { bubbles: true }));
  const order = button.value.split(" ");
  document.getElementById("status").textContent = fresh.elements.marks.dataset[order[0]] ?? "";
  (nextOf(fresh, order) ?? fresh.querySelector(`#${CSS.escape(order[1])}`))?.focus();
};

export const rearrangeForms = () =>
  document.addEventListener("click", (event) => {
    const button = event.target.closest("form.settings button[name=do]");
    if (!button) return;
    event.preventDefault();
    rearrange(button.form, button).catch(() => button.form.requestSubmit(button));
  });
