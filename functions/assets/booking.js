// The booking pages' script: every page works without it.
import { followLinks } from "./booking/swap.js";
import { closeMenus } from "./booking/menu.js";
import { enhanceMonth } from "./booking/month.js";
import { settleZone, fillZones } from "./booking/zone.js";
import { sendForms } from "./booking/send.js";
import { tellParent } from "./booking/parent.js";
import { showTools } from "./booking/tools.js";

const arrive = () => {
  enhanceMonth();
  fillZones();
  tellParent();
  showTools();
  document.getElementById("errors")?.focus();
};

closeMenus();
followLinks(arrive);
sendForms(arrive);
arrive();
settleZone(arrive);
