// Which room a visit is held in: both kinds are joined, left and closed alike.
import { Elsewhere } from "./elsewhere.js";
import { root } from "./page.js";
import { Room } from "./room.js";

export const roomOf = (devices, on) => ("elsewhere" in root.dataset ? new Elsewhere(devices, on) : new Room(devices, on));
