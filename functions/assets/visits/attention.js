// Getting the attention of somebody who waits: a chime, the title, a notification, the screen kept awake.
import { audio, tone } from "../shared/audio.js";

let lock;
let title = "";

/** Sound may only be made after a click: prepare it in one. */
export const prepareSound = () => audio();

export const chime = () => [659, 880].forEach((frequency, number) => tone(frequency, { delay: number * 0.22, rise: 0.02 }));

/** Put a few words before the page's title; none takes them away. */
export const mark = (words) => {
  title ||= document.title;
  document.title = words ? `● ${words} – ${title}` : title;
};

const canCall = () => globalThis.Notification && !navigator.userAgent.includes("Android"); // where a page may make them

/** Let somebody allow notifications, where there are any; `told` says that they are. */
export const offerToCall = (button, told) => {
  if (!canCall()) return;
  const update = () => {
    button.hidden = Notification.permission !== "default";
    told.hidden = Notification.permission !== "granted";
  };
  button.addEventListener("click", async () => {
    await Notification.requestPermission();
    update();
  });
  update();
};

/** Say it by a notification too, to somebody who looks at another page and has allowed it. */
export const callBy = (text, { stays = false } = {}) => {
  if (!canCall() || !document.hidden || Notification.permission !== "granted") return;
  try {
    const notification = new Notification(text, { body: title || document.title, tag: "openslot-visit", requireInteraction: stays });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
  } catch {
    return; // a browser that leaves them to service workers
  }
};

export const stayAwake = async () => {
  try {
    lock = await navigator.wakeLock?.request("screen");
  } catch {
    lock = null; // the battery is low, or the page is hidden
  }
};

export const letSleep = () => lock?.release();

document.addEventListener("visibilitychange", () => !document.hidden && lock?.released && stayAwake());
