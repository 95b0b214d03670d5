// A visit's page: the device test, an attendee's way from the door to the room, or a host's desk and room.
import { closeMenus } from "./booking/menu.js";
import { checkDevices } from "./visit/check.js";
import { countDown } from "./visit/early.js";
import { attend } from "./visit/lobby.js";
import { host } from "./visit/host.js";
import { side } from "./visit/page.js";

closeMenus();
countDown();
if (side) {
  const devices = checkDevices();
  if (side === "join") attend(devices);
  if (side === "host") host(devices);
}
