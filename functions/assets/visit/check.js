// The check of camera and microphone: picture, loudness, choice of devices, and what to do where there is trouble.
import { Devices } from "./devices.js";
import { Meter } from "./meter.js";
import { el, find, words } from "./page.js";

const fill = async (devices, kind, media, track) => {
  const select = find(kind);
  const found = await devices.list(media);
  const current = track?.getSettings().deviceId;
  select.replaceChildren(
    ...found.map((one, number) => el("option", { value: one.deviceId, selected: one.deviceId === current }, one.label || `${number + 1}`)),
    el("option", { value: "off", selected: !track }, words("none")),
  );
};

const showTrouble = (trouble) => {
  const box = find("trouble");
  box.hidden = !trouble;
  if (trouble && box.querySelector("p").textContent !== words(trouble)) box.querySelector("p").textContent = words(trouble);
};

const watch = (devices, meter) => {
  const preview = find("preview");
  const update = () => {
    if (preview.srcObject !== devices.stream) preview.srcObject = devices.stream;
    find("no-picture").hidden = Boolean(devices.camera);
    preview.hidden = !devices.camera;
    find("picture-state").textContent = words("off");
    showTrouble(devices.trouble);
    if (find("door").hidden) return meter.stop();
    meter.watch(devices.microphone, (level) => (find("level").value = level));
    fill(devices, "camera", "videoinput", devices.camera);
    fill(devices, "microphone", "audioinput", devices.microphone);
  };
  devices.addEventListener("change", update);
  return update;
};

/** Ask for the devices and show them; returns them with `pause` and `again` for when the check is out of sight. */
export const checkDevices = () => {
  const devices = new Devices();
  const meter = new Meter();
  devices.show = watch(devices, meter);
  for (const kind of ["camera", "microphone"]) find(kind).addEventListener("change", (event) => devices.choose(kind, event.target.value));
  navigator.mediaDevices?.addEventListener("devicechange", () => devices.show());
  devices.ready = devices.open({ video: devices.chosen.camera !== "off", audio: devices.chosen.microphone !== "off" });
  return devices;
};
