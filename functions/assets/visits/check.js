// The check of camera and microphone: picture, loudness, choice of devices, and what to do where there is trouble.
import { chime, prepareSound } from "./attention.js";
import { fillDevices, followDevices } from "./choices.js";
import { Devices } from "./devices.js";
import { Meter } from "./meter.js";
import { findConnection, showResult } from "./result.js";
import { canMeet, find, words } from "./page.js";

const AGAIN = ["denied", "deniedSystem", "dismissed", "busy", "missing", "noCamera", "noMicrophone"]; // where trying again may help

/** How to allow the devices is another way in each browser. */
const named = (trouble) => {
  if (trouble !== "denied") return trouble;
  const { userAgent, maxTouchPoints } = navigator;
  if (/iPhone|iPad/.test(userAgent) || (userAgent.includes("Macintosh") && maxTouchPoints > 1)) return "deniedIos";
  if (userAgent.includes("Android")) return "deniedAndroid";
  if (userAgent.includes("Firefox/")) return "deniedFirefox";
  return userAgent.includes("Safari/") && !userAgent.includes("Chrom") ? "deniedSafari" : "denied";
};

const showTrouble = (trouble) => {
  const box = find("trouble");
  box.hidden = !trouble;
  find("retry").parentElement.hidden = !AGAIN.includes(trouble);
  const said = trouble && words(named(trouble));
  if (said && box.querySelector("p").textContent !== said) box.querySelector("p").textContent = said;
};

/** Ask again as soon as somebody has allowed it in the browser, where it tells us; say so where it is forbidden meanwhile. */
const followPermissions = (devices) => {
  for (const name of ["camera", "microphone"]) {
    const asked = navigator.permissions?.query?.({ name });
    asked?.then((permission) => {
      permission.onchange = () => {
        const isNews = permission.state === "denied" || (permission.state === "granted" && devices.trouble);
        if (isNews && !find("door").hidden) devices.openAll();
      };
    }, () => {}); // a browser that does not know of this permission
  }
};

const watch = (devices, meter) => {
  const preview = find("preview");
  const update = () => {
    const picture = devices.camera ? devices.stream : null; // an empty stream would keep the page loading
    if (preview.srcObject !== picture) preview.srcObject = picture;
    find("no-picture").hidden = Boolean(devices.camera);
    preview.hidden = !devices.camera;
    find("picture-state").textContent = words("off");
    showTrouble(devices.trouble || (canMeet() ? "" : "cannotMeet"));
    if (find("door").hidden) return meter.stop();
    const isHeard = meter.watch(devices.microphone, (level) => (find("level").value = level));
    for (const part of [find("level").parentElement, find("hint")]) part.hidden = !isHeard;
    fillDevices(devices);
    showResult(devices);
  };
  devices.addEventListener("change", update);
  return update;
};

/** Ask for the devices and show them; returns them, `ready` once the person has been asked. */
export const checkDevices = () => {
  const devices = new Devices();
  const meter = new Meter();
  devices.show = watch(devices, meter);
  followDevices(devices);
  find("play-sound").addEventListener("click", async () => {
    await prepareSound()?.setSinkId?.(devices.chosen.speaker ?? "").catch(() => {});
    chime();
  });
  navigator.mediaDevices?.addEventListener?.("devicechange", () => devices.show());
  find("retry").addEventListener("click", () => devices.openAll());
  followPermissions(devices);
  const test = () => findConnection().then(() => showResult(devices));
  addEventListener("online", () => !find("door").hidden && test());
  test();
  devices.ready = devices.openAll();
  return devices;
};
