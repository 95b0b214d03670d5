// The staff's booking form: a service, a day, a time or a person chosen shows at once what follows from it.
import { parsePage } from "../shared/parse.js";
import { markChanged } from "./guard.js";
import "./console.js";

const [PAUSE, FEWEST] = [250, 3]; // ms after the last key; letters of a name that are searched
const form = () => document.getElementById("typed");
let [newest, late] = [0, 0];

/** Send what was typed, and put the parts with these ids in place; the focus stays, or goes to `focus`. */
const send = async (address, parts, focus) => {
  const mine = ++newest;
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form())), headers: { accept: "text/html" } });
  const page = parsePage(await answer.text());
  if (mine !== newest) return;
  if (!answer.ok || !page.getElementById("typed")) throw new Error("not the form");
  const kept = document.activeElement?.id;
  for (const id of parts) document.getElementById(id).replaceWith(page.getElementById(id));
  hide();
  const target = (focus && document.getElementById(focus)) || (kept && document.getElementById(kept));
  if (target !== document.activeElement) target?.focus({ preventScroll: !focus });
};

const hide = () => document.querySelectorAll("#show, #find-known").forEach((button) => (button.hidden = true));

const partsOf = (button) => {
  const query = new URL(button.formAction).searchParams;
  if (query.has("known")) return [["who"], "book"];
  if (query.has("start")) return [["choice"], document.getElementById("name").value ? "book" : "name"];
  return [["choice"], query.has("day") ? "times" : button.id];
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("#typed button[formaction]:not([data-page])");
  if (!button) return;
  event.preventDefault();
  markChanged(form());
  send(button.formAction, ...partsOf(button)).catch(() => form().requestSubmit(button));
});
document.addEventListener("change", ({ target }) => {
  const parts = target.id === "service" ? ["choice", "own"] : ["choice"];
  if (target.matches("#service, #staff, #date, #time")) send(document.getElementById("show").formAction, parts).catch(() => {});
});
document.addEventListener("input", ({ target }) => {
  const button = document.getElementById("find-known");
  if (target.id !== "name" || !button) return;
  clearTimeout(late);
  const find = () => send(button.formAction, ["known"]).catch(() => {});
  if (target.value.trim().length >= FEWEST) late = setTimeout(find, PAUSE);
});
hide();
const asked = new URLSearchParams(location.search);
const isFromTime = asked.has("time") && !("changed" in form().dataset); // a free time was chosen: who comes is next
if (isFromTime) document.getElementById(asked.has("customer") ? "book" : "name").focus({ preventScroll: true });
