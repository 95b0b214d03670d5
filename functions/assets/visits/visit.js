// A visit's page: the device test, an attendee's way from the door to the room, or a host's desk and room.
import { copyLinks } from "../shared/copy.js";
import { closeMenus } from "../shared/menu.js";
import { checkDevices } from "./check.js";
import { countDown } from "./early.js";
import { attend } from "./lobby.js";
import { host } from "./host.js";
import { keepNotes } from "./notes.js";
import { side } from "./page.js";

closeMenus();
copyLinks();
countDown();
keepNotes();
if (side) {
  const devices = checkDevices();
  if (side === "join") attend(devices);
  if (side === "host") host(devices);
}
