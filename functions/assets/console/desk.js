// The page of one appointment: a button under each link copies it.
import { closeMenus } from "../shared/menu.js";

const words = document.querySelector("main").dataset.copied;
const status = document.getElementById("status");
const say = () => (status.textContent = words);

for (const field of document.querySelectorAll("[data-link]")) {
  field.addEventListener("focus", () => field.select());
  field.addEventListener("copy", say);
  const buttons = field.nextElementSibling;
  buttons.hidden = !navigator.clipboard;
  buttons.firstElementChild.addEventListener("click", () => navigator.clipboard.writeText(field.value).then(say, () => field.focus()));
}
if (location.hash === "#link") document.getElementById("link")?.focus();
closeMenus();
