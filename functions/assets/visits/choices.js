// The lists of cameras, microphones and speakers, before the room and in it.
import { el, find, words } from "./page.js";

const KINDS = { camera: "videoinput", microphone: "audioinput" };
const canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;

const option = (one, number, current) => el("option", { value: one.deviceId, selected: one.deviceId === current }, one.label || `${number + 1}`);

/** Fill the lists whose ids begin with `prefix` with what there is now. */
export const fillDevices = async (devices, prefix = "") => {
  for (const [kind, media] of Object.entries(KINDS)) {
    const current = devices[kind]?.getSettings().deviceId;
    const found = await devices.list(media);
    const none = el("option", { value: "off", selected: !devices[kind] }, words("none"));
    find(prefix + kind).replaceChildren(...found.map((one, number) => option(one, number, current)), none);
  }
  const speakers = canChooseSpeaker ? await devices.list("audiooutput") : [];
  const list = find(`${prefix}speaker`);
  list.parentElement.hidden = speakers.length < 2;
  list.replaceChildren(...speakers.map((one, number) => option(one, number, devices.chosen.speaker)));
};

/** Take what is chosen in them. */
export const followDevices = (devices, prefix = "") => {
  for (const kind of Object.keys(KINDS)) find(prefix + kind).addEventListener("change", (event) => devices.choose(kind, event.target.value));
  find(`${prefix}speaker`).addEventListener("change", (event) => devices.chooseSpeaker(event.target.value));
};
