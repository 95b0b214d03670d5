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

followLinks(arrive);
sendForms(arrive);
arrive();
settleZone(arrive);
