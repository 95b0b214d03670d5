// Getting the attention of somebody who waits: a chime, the title, the screen kept awake.
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

export const stayAwake = async () => {
  try {
    lock = await navigator.wakeLock?.request("screen");
  } catch {
    lock = null; // the battery is low, or the page is hidden
  }
};

export const letSleep = () => lock?.release();

document.addEventListener("visibilitychange", () => !document.hidden && lock?.released && stayAwake());
