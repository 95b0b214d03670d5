// The script of a calendar's own page, which takes nobody's time: the rest comes with the times.
import { closeMenus } from "./booking/menu.js";
import { tellParent } from "./booking/parent.js";
import { carryZone } from "./booking/zone-links.js";

closeMenus();
tellParent();
carryZone();
