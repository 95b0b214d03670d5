// What the room's menu holds: other devices, the full screen, a window of its own for the picture, a blurred background.
import { fillDevices, followDevices } from "./choices.js";
import { find, root } from "./page.js";
import { arrangeSelfView } from "./self-view.js";

export const offerMore = (devices) => {
  arrangeSelfView();
  offerDevices(devices);
  offerFullScreen();
  offerPictureInPicture();
  offerBlur(devices);
  // what was chosen is done: the menu has served
  document.querySelector(".menu.more ul").addEventListener("click", (event) => event.target.closest("button") && (document.querySelector(".menu.more").open = false));
};

const offerDevices = (devices) => {
  followDevices(devices, "room-");
  find("change-devices").addEventListener("click", () => {
    fillDevices(devices, "room-");
    find("devices").showModal();
  });
};

const offerFullScreen = () => {
  const button = find("fill-screen");
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen().catch(() => {})));
  document.addEventListener("fullscreenchange", () => (button.ariaPressed = String(Boolean(document.fullscreenElement))));
};

/** The picture of whoever is there, over other programs' windows. */
const offerPictureInPicture = () => {
  const button = find("float");
  button.hidden = !document.pictureInPictureEnabled;
  button.addEventListener("click", async () => {
    if (document.pictureInPictureElement) return document.exitPictureInPicture();
    const video = document.querySelector(".tile:not(.mine, .blank) video") ?? document.querySelector(".tile:not(.blank) video");
    return video?.requestPictureInPicture().catch(() => {}); // there is no picture yet
  });
};

/** Only browsers that blur by themselves offer it. */
const offerBlur = (devices) => {
  const button = find("blur");
  const update = () => {
    const offered = devices.camera?.getCapabilities?.().backgroundBlur ?? [];
    button.hidden = !(offered.includes(true) && offered.includes(false));
    button.ariaPressed = String(Boolean(devices.camera?.getSettings().backgroundBlur));
  };
  devices.addEventListener("change", update);
  button.addEventListener("click", async () => {
    await devices.camera?.applyConstraints({ backgroundBlur: button.ariaPressed !== "true" }).catch(() => {});
    update();
  });
};
