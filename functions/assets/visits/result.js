// The one line that a check ends with: whether its person is ready, and what is missing.
import { getsThrough } from "./connection.js";
import { canMeet, find, root, words } from "./page.js";
import { get } from "./wire.js";

let connection = "";

/** Test the network; a visit that is held elsewhere, or a browser that cannot meet at all, needs no test. */
export const findConnection = async () => {
  const isOurs = !("elsewhere" in root.dataset) && globalThis.RTCPeerConnection;
  const found = isOurs && (await get("connection").catch(() => null));
  connection = !found || (await getsThrough(found.iceServers)) ? "good" : "bad";
};

const resultOf = ({ isChecked, camera, microphone }) => {
  if (!isChecked || !connection) return null;
  if (connection === "bad") return ["badNetwork", "caution"];
  if (camera) return microphone ? ["ready", "success"] : ["readyNoMicrophone", ""];
  return microphone ? ["readyNoCamera", "success"] : ["readyNothing", ""];
};

export const showResult = (devices) => {
  const [box, result] = [find("result"), resultOf(devices)];
  box.hidden = !canMeet(); // and the trouble says so
  if (!result) return;
  const [name, kind] = result;
  box.className = `notice ${kind}`;
  if (box.querySelector("p").textContent !== words(name)) box.querySelector("p").textContent = words(name);
};
