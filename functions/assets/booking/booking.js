// The booking pages' script: every page works without it.
import { followLinks } from "./swap.js";
import { closeMenus } from "../shared/menu.js";
import { enhanceMonth } from "./month.js";
import { settleZone, fillZones } from "./zone.js";
import { sendForms } from "./send.js";
import { tellParent } from "./parent.js";
import { showTools } from "./tools.js";

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
