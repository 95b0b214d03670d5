// A short sound when somebody comes: off until it is turned on, and remembered.
import { audio, tone } from "../shared/audio.js";
import { BROWSER, recall, remember } from "../shared/kept.js";

const REMEMBERED = "openslot-queue-sound";
const HIGH = 740;

export const sounds = (button) => {
  const show = (on) => button.setAttribute("aria-pressed", String(on));

  const play = () => {
    if (button.getAttribute("aria-pressed") !== "true") return;
    audio();
    tone(HIGH, { length: 0.35 });
  };

  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    show(on);
    remember(BROWSER, REMEMBERED, on ? "on" : "off");
    play();
  });
  button.hidden = false;
  show(recall(BROWSER, REMEMBERED) === "on");
  return play;
};
