// The script of a calendar's own page, which takes nobody's time: the rest comes with the times.
import { closeMenus } from "../shared/menu.js";
import { tellParent } from "./parent.js";
import { carryZone } from "./zone-links.js";

closeMenus();
tellParent();
carryZone();
