// The booking pages' script: every page works without it.
import { followLinks } from "./booking/swap.js";
import { enhanceMonth } from "./booking/month.js";
import { settleZone, fillZones } from "./booking/zone.js";
import { sendForms } from "./booking/send.js";
import { tellParent } from "./booking/parent.js";

const arrive = () => {
  enhanceMonth();
  fillZones();
  tellParent();
  document.getElementById("errors")?.focus();
};

const closeMenu = (event) => {
  const menu = document.querySelector(".menu details[open]");
  if (menu && (event.key === "Escape" || (event.type === "click" && !menu.contains(event.target)))) menu.open = false;
};

document.addEventListener("keydown", closeMenu);
document.addEventListener("click", closeMenu);
followLinks(arrive);
sendForms(arrive);
arrive();
settleZone(arrive);
