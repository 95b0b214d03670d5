// The console's pages: menus, search by "/", forms that are rearranged in place and that guard what is not saved.
import { copyLinks } from "../shared/copy.js";
import { closeMenus } from "../shared/menu.js";
import { filterOptions } from "./filter.js";
import { followForms } from "./follow.js";
import { guardForms } from "./guard.js";
import { checkLogos } from "./logo.js";
import { orderLists } from "./order.js";
import { followPreview } from "./preview.js";
import { rearrangeForms } from "./rearrange.js";
import { swapParts } from "./swap-part.js";

const TYPING = "input, textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
  const find = document.getElementById("find");
  if (!find) return;
  event.preventDefault();
  find.focus();
});

closeMenus();
guardForms();
followForms();
rearrangeForms();
orderLists();
copyLinks();
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
followPreview();
checkLogos();
swapParts();
filterOptions();
document.querySelector("[autofocus]")?.focus();
