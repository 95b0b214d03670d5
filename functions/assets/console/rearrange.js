// Buttons named "do" rearrange a form: the server returns the page, and this puts its form in place of the one here.
import { parsePage } from "../shared/parse.js";
import { markChanged } from "./guard.js";

const FOCUSABLE = "input:not([type=hidden]), select, textarea, button";

const rearrange = async (form, button) => {
  const body = new URLSearchParams(new FormData(form, button));
  const response = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
  const fresh = parsePage(await response.text()).querySelector("form.settings");
  if (!response.ok || !fresh) throw new Error("no form");
  form.replaceWith(fresh);
  markChanged(fresh);
  fresh.dispatchEvent(new Event("input", { bubbles: true }));
  const [action, name, ...rest] = button.value.split(" ");
  const field = fresh.querySelector(`#${CSS.escape(name)}`);
  const parts = field ? [...field.querySelectorAll(":scope > fieldset")] : [];
  const place = Number(rest[0] ?? parts.length - 1);
  const part = parts[action === "add" && !rest.length ? parts.length - 1 : Math.min(place, parts.length - 1)];
  const inputs = part?.querySelectorAll(action === "add" ? "input:not([type=hidden]):not([type=checkbox]), select, textarea" : FOCUSABLE);
  const target = action === "add" && rest.length ? [...(inputs ?? [])].at(-2) : inputs?.[0];
  (target ?? field)?.focus();
};

export const rearrangeForms = () =>
  document.addEventListener("click", (event) => {
    const button = event.target.closest("form.settings button[name=do]");
    if (!button) return;
    event.preventDefault();
    rearrange(button.form, button).catch(() => button.form.requestSubmit(button));
  });
