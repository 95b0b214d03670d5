// The camera and the microphone: asked for together, then one by one, and never required.
import { BROWSER, recall, remember } from "../shared/kept.js";

const KEPT = "openslot-devices";

const REFUSED = ["denied", "dismissed"]; // by a person, who is not asked twice

const remembered = () => {
  try {
    return JSON.parse(recall(BROWSER, KEPT)) ?? {};
  } catch {
    return {}; // something else wrote it
  }
};

const reasonOf = (error) => {
  if (!isSecureContext) return "insecure";
  if (error.name === "NotAllowedError" && error.message.includes("dismissed")) return "dismissed"; // as Chromium says it
  if (error.name === "NotAllowedError" && error.message.includes("system")) return "deniedSystem";
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "denied";
  if (error.name === "NotReadableError" || error.name === "AbortError") return "busy";
  return "missing";
};

export class Devices extends EventTarget {
  stream = globalThis.MediaStream ? new MediaStream() : null; // a browser without media has no streams either
  chosen = { camera: "", microphone: "", ...remembered() };
  trouble = "";
  isChecked = false; // whether the browser, and the person whom it asks, have said yes or no

  get camera() {
    return this.stream?.getVideoTracks()[0];
  }

  get microphone() {
    return this.stream?.getAudioTracks()[0];
  }

  /** What they can do, in words for the other side. */
  get words() {
    return [this.camera && "camera", this.microphone && "microphone"].filter(Boolean).join(" ") || "none";
  }

  /** Ask for what is wanted; what there is not, or what is refused, is left out, and `trouble` says why. */
  async open({ video = true, audio = true } = {}) {
    this.trouble = "";
    const both = !(video || audio) || (await this.#ask(video, audio));
    if (!both && video && audio) {
      const why = this.trouble;
      const sound = await this.#ask(false, true);
      const picture = sound || !REFUSED.includes(why) ? await this.#ask(true, false) : null;
      this.trouble = sound && !picture ? "noCamera" : picture && !sound ? "noMicrophone" : why;
    }
    this.isChecked = true;
    this.dispatchEvent(new Event("change"));
  }

  /** Ask for all but what was turned off. */
  openAll() {
    return this.open({ video: this.chosen.camera !== "off", audio: this.chosen.microphone !== "off" });
  }

  async #ask(video, audio) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: video && { deviceId: this.chosen.camera || undefined, width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "user" },
        audio: audio && { deviceId: this.chosen.microphone || undefined, echoCancellation: true, noiseSuppression: true },
      });
      stream.getTracks().forEach((track) => this.#put(track));
      return true;
    } catch (error) {
      this.trouble = reasonOf(error);
      return false;
    }
  }

  #put(track) {
    const old = track.kind === "video" ? this.camera : this.microphone;
    if (old) {
      old.stop();
      this.stream.removeTrack(old);
    }
    this.stream.addTrack(track);
    track.addEventListener("ended", () => {
      this.stream.removeTrack(track);
      this.dispatchEvent(new Event("change"));
    });
  }

  /** Change to another device; an empty id turns it off. */
  async choose(kind, id) {
    const track = kind === "camera" ? this.camera : this.microphone;
    this.chosen[kind] = id;
    remember(BROWSER, KEPT, JSON.stringify(this.chosen));
    if (id === "off") this.close(track);
    else await this.open({ video: kind === "camera", audio: kind === "microphone" });
  }

  /** Hear the others by another speaker. */
  chooseSpeaker(id) {
    this.chosen.speaker = id;
    remember(BROWSER, KEPT, JSON.stringify(this.chosen));
    this.dispatchEvent(new Event("change"));
  }

  close(track) {
    if (!track) return;
    track.stop();
    this.stream.removeTrack(track);
    this.dispatchEvent(new Event("change"));
  }

  /** Turn the camera off, light and all, or on again. */
  async turnCamera(on) {
    if (!on) return this.close(this.camera);
    if (this.chosen.camera === "off") this.chosen.camera = "";
    await this.open({ video: true, audio: false });
  }

  async list(kind) {
    const found = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
    return found.filter((one) => one.kind === kind && one.deviceId);
  }
}
