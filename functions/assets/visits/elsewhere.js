// A visit that is held elsewhere: the way there, and signs of life from here, so that staff and queue know who is in it.
import { announce, find, root, show, words } from "./page.js";
import { farewell, Loop, newSession, post } from "./wire.js";

const [SOON, STEADY] = [1500, 4000];

export class Elsewhere {
  #session = "";
  #isNew = false;
  #loop;
  expects = false;

  constructor(devices, { leave, closed, state = () => {} }) {
    Object.assign(this, { devices, onLeave: leave, onClosed: closed, onState: state });
    this.#loop = new Loop(() => this.#exchange());
    const preparing = find("preparing").textContent;
    this.#loop.onLost = () => this.#note(words("lost"));
    this.#loop.onBack = () => {
      this.#note(preparing);
      announce(words("back"));
    };
    find("leave").addEventListener("click", () => {
      this.farewell();
      this.close();
      this.onLeave();
    });
  }

  get isOpen() {
    return Boolean(this.#session);
  }

  hurry() {} // who comes goes elsewhere

  async join() {
    [this.#session, this.#isNew] = [newSession(), true];
    if (find("room").hidden) show(["room"]);
    find("room-title").focus();
    for (const track of this.devices.stream?.getTracks() ?? []) this.devices.close(track); // the meeting will want them
    await this.#loop.start();
  }

  async #exchange() {
    const state = await post("signals", { session: this.#session, join: this.#isNew });
    if (!this.isOpen) return null;
    this.#isNew = false;
    this.onState(state);
    if (!state.peers) {
      this.close();
      return this.onClosed(state.view);
    }
    const url = state.meeting?.url ?? "";
    const way = find("way");
    if (url && way.getAttribute("href") !== url) way.href = url;
    way.hidden = !url;
    find("preparing").hidden = Boolean(url);
    return url ? STEADY : SOON;
  }

  #note(text) {
    Object.assign(find("preparing"), { textContent: text, hidden: false });
  }

  farewell() {
    if (this.isOpen) farewell("leave", { place: "room", session: this.#session });
  }

  close() {
    this.#loop.stop();
    this.#session = "";
    root.dataset.view = "";
  }
}
