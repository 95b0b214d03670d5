// The pictures: one tile for each party, with their name and what is off.
import { el, find, words } from "./page.js";

const initials = (name) =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => part[0] ?? "")
    .join("")
    .toUpperCase();

export class Tile {
  constructor(name, { mine = false, isStaff = false } = {}) {
    this.video = el("video", { playsinline: true, autoplay: true });
    this.video.muted = mine;
    this.face = el("span", { class: "face", "aria-hidden": "true" }, initials(name));
    this.label = el("span", { class: "name" }, el("bdi", {}, name), isStaff ? el("span", { class: "badge" }, words("staff")) : "");
    this.note = el("span", { class: "note" });
    this.element = el("figure", { class: mine ? "tile mine" : "tile" }, this.video, this.face, el("figcaption", {}, this.label, this.note));
    find("tiles").append(this.element);
  }

  show(stream, { picture, mic = true, share = false, note = "" }) {
    if (this.video.srcObject !== stream) this.video.srcObject = stream;
    this.element.classList.toggle("blank", !picture);
    this.element.classList.toggle("shares", share);
    this.note.textContent = [note, mic ? "" : words("muted")].filter(Boolean).join(", ");
    this.play();
  }

  /** Let it be heard by a speaker, where the browser lets one choose. */
  async hearBy(speaker) {
    if (speaker && this.video.sinkId !== speaker) await this.video.setSinkId?.(speaker).catch(() => {}); // it was unplugged
  }

  play() {
    this.video.play().catch((error) => {
      if (error.name === "NotAllowedError") find("sound-off").hidden = false;
    });
  }

  remove() {
    this.video.srcObject = null;
    this.element.remove();
  }
}
