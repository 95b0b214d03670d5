// The room: who is in it, the connections to them, and the buttons.
import { Chat } from "./chat.js";
import { offerMore } from "./more.js";
import { announce, canMeet, el, find, root, show, words } from "./page.js";
import { Panels } from "./panels.js";
import { Peer } from "./peers.js";
import { StatusLine } from "./status.js";
import { Tile } from "./tiles.js";
import { farewell, Loop, newSession, post } from "./wire.js";

const [SOON, URGENT, ALONE, STEADY] = [150, 400, 1500, 4000];
const SOON_FOR = 8000; // after somebody came, or was let in
const MOST = 40;
const TRIES = 20; // by then whoever sent a signal is in the room, or never will be

export class Room {
  #peers = new Map();
  #tiles = new Map();
  #outbox = [];
  #received = [];
  #early = []; // signals of those who came between the two reads that made an answer: they are met in the next one
  #number = 0;
  #session = "";
  #known = ""; // what the others know this page by
  #servers = null;
  #shared = null;
  #mine = null;
  expects = false; // somebody was let in, and is on the way
  #news = 0; // when somebody came, or was let in
  #loop;

  constructor(devices, { leave, closed, state = () => {} }) {
    Object.assign(this, { devices, onLeave: leave, onClosed: closed, onState: state });
    this.panels = new Panels();
    this.status = new StatusLine();
    this.chat = new Chat(this.panels, (text) => this.#tell({ text }));
    offerMore(devices);
    this.#loop = new Loop(() => this.#exchange());
    this.#loop.onLost = () => this.#note(words("lost"));
    this.#loop.onBack = () => announce(words("back"));
    devices.addEventListener("change", () => this.#carry());
    this.#buttons();
    addEventListener("online", () => this.#peers.forEach((peer) => peer.pc.restartIce()));
  }

  get isOpen() {
    return Boolean(this.#session);
  }

  /** Look more often for a while: somebody is about to come. */
  hurry() {
    this.#news = Date.now();
    this.#loop.soon();
  }

  async join() {
    this.#session = newSession();
    this.#servers = null;
    if (find("room").hidden) show(["room"]);
    this.panels.start();
    this.status.start(() => [...this.#peers.values()].map((one) => one.pc));
    find("room-title").focus();
    this.#mine ??= new Tile(words("you"), { mine: true });
    this.devices.show();
    this.#carry();
    await this.#loop.start();
  }

  #buttons() {
    find("mic").addEventListener("click", () => this.#turnMicrophone());
    find("cam").addEventListener("click", () => this.devices.turnCamera(!this.devices.camera));
    find("share").hidden = !navigator.mediaDevices?.getDisplayMedia;
    find("share").addEventListener("click", () => (this.#shared ? this.#stopSharing() : this.#share()));
    find("leave").addEventListener("click", () => {
      this.farewell();
      this.close();
      this.onLeave();
    });
    find("sound-on").addEventListener("click", () => {
      find("sound-off").hidden = true;
      this.#tiles.forEach((tile) => tile.play());
    });
  }

  async #turnMicrophone() {
    const track = this.devices.microphone;
    if (!track) return this.devices.open({ video: false });
    track.enabled = !track.enabled;
    return this.#carry();
  }

  async #share() {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
      this.#shared = stream.getVideoTracks()[0];
      this.#shared.addEventListener("ended", () => this.#stopSharing());
      this.#carry();
    } catch {
      this.#shared = null; // they thought better of it
    }
  }

  #stopSharing() {
    this.#shared?.stop();
    this.#shared = null;
    this.#carry();
  }

  get #says() {
    const { camera, microphone } = this.devices;
    return { mic: Boolean(microphone?.enabled), cam: Boolean(camera || this.#shared), share: Boolean(this.#shared) };
  }

  #tell(message) {
    this.#peers.forEach((peer) => peer.tell(message));
  }

  /** Send what there is to send now, to everybody, and show what that is. */
  #carry() {
    if (!this.isOpen) return;
    const [video, says] = [this.#shared ?? this.devices.camera, this.#says];
    this.#peers.forEach((peer) => peer.carry({ audio: this.devices.microphone, video }, this.devices.stream));
    this.#tiles.forEach((tile) => tile.hearBy(this.devices.chosen.speaker));
    this.#tell({ says });
    this.#mine.show(this.#shared ? new MediaStream([this.#shared]) : this.devices.stream, { picture: says.cam, mic: says.mic, share: says.share });
    find("mic").ariaPressed = String(says.mic);
    find("cam").ariaPressed = String(Boolean(this.devices.camera));
    find("share").ariaPressed = String(says.share);
    find("share").querySelector("span").textContent = words(says.share ? "stop" : "share");
  }

  async #exchange() {
    const [send, received] = [this.#outbox.slice(0, MOST), this.#received.slice(0, MOST)];
    const isNewcomer = !this.#servers;
    const state = await post("signals", { session: this.#session, join: isNewcomer, send, received });
    if (!this.isOpen) return null;
    this.#known = state.session;
    this.#outbox.splice(0, send.length);
    this.#received.splice(0, received.length);
    this.status.beganAt(state.began);
    this.onState(state);
    if (!state.peers) {
      this.close();
      return this.onClosed(state.view);
    }
    this.#servers ??= state.iceServers ?? [];
    this.#meet(state.peers, isNewcomer);
    this.#tell({ says: this.#says }); // and again and again: whoever missed it knows it a moment later
    this.#received.push(...state.signals.map((one) => one.id));
    for (const one of [...this.#early.splice(0), ...state.signals]) await this.#take(one);
    return this.#pause();
  }

  #pause() {
    if (this.#outbox.length) return 0; // what was received is said with what is sent next, at the latest in a moment
    const isNew = Date.now() - this.#news < SOON_FOR;
    const urgent = isNew ? SOON : URGENT;
    if (this.#early.length) return urgent;
    if (!this.#peers.size) return this.expects || isNew ? urgent : ALONE;
    return [...this.#peers.values()].every((peer) => peer.state === "connected") ? STEADY : urgent;
  }

  #meet(others, isNewcomer) {
    if (!canMeet()) return this.#note(words("cannotMeet"));
    const there = new Set(others.map((one) => one.session));
    for (const session of this.#peers.keys()) if (!there.has(session)) this.#part(session);
    for (const one of others) if (!this.#peers.has(one.session)) this.#greet(one, isNewcomer);
    if (!this.#peers.size) this.#note(words("alone"));
    this.#showCompany(others);
  }

  /** Attendees see who else is here; hosts have their own list. */
  #showCompany(others) {
    const line = (name, isStaff) => el("li", {}, el("div", {}, el("strong", {}, el("bdi", {}, name)), isStaff ? el("span", { class: "badge" }, words("staff")) : ""));
    find("here")?.replaceChildren(line(words("you"), false), ...others.map((one) => line(one.isNamesake ? words("guest", one) : one.name, one.isStaff)));
  }

  #greet({ session, name: called, isStaff, isNamesake }, isNewcomer) {
    this.#news = Date.now();
    const name = isNamesake ? words("guest", { name: called }) : called;
    const send = (to, data) => {
      this.#outbox.push({ to, n: this.#number++, data });
      this.#loop.soon();
    };
    const peer = new Peer({ session, name, mine: this.#known, isNewcomer, iceServers: this.#servers, send });
    const tile = new Tile(name, { isStaff });
    const update = () => {
      const picture = peer.says.cam && peer.stream.getVideoTracks().length > 0;
      const lost = ["disconnected", "failed"].includes(peer.state);
      tile.show(peer.stream, { ...peer.says, picture, note: lost ? words("lost") : peer.state === "connected" ? "" : words("connecting") });
      const waits = [...this.#peers.values()].some((one) => one.state !== "connected");
      this.#note(waits ? words("connecting") : "");
    };
    for (const kind of ["track", "state"]) peer.addEventListener(kind, update);
    peer.addEventListener("open", () => peer.tell({ says: this.#says }));
    peer.addEventListener("text", ({ detail }) => this.chat.hear(name, detail, isStaff));
    this.#peers.set(session, peer);
    this.#tiles.set(session, tile);
    update();
    announce(words("joined", { name }));
    this.#carry();
  }

  #part(session, { quietly = false } = {}) {
    const peer = this.#peers.get(session);
    if (!quietly) announce(words("gone", peer));
    peer.close();
    this.#peers.delete(session);
    this.#tiles.get(session).remove();
    this.#tiles.delete(session);
  }

  async #take({ tries = 0, ...one }) {
    const peer = this.#peers.get(one.sender);
    if (!peer) {
      if (tries < TRIES && this.#early.length < MOST) this.#early.push({ ...one, tries: tries + 1 });
      return;
    }
    try {
      await peer.receive(one.data);
    } catch (error) {
      console.warn(error);
    }
  }

  #note(text) {
    if (find("stage-note").textContent !== text) find("stage-note").textContent = text;
  }

  farewell() {
    if (this.isOpen) farewell("leave", { place: "room", session: this.#session });
  }

  /** Hang up; the devices stay on for coming back. */
  close() {
    this.#loop.stop();
    this.status.stop();
    if (document.fullscreenElement) document.exitFullscreen();
    this.#shared?.stop();
    this.#shared = null;
    for (const session of [...this.#peers.keys()]) this.#part(session, { quietly: true });
    this.#mine?.remove();
    this.#mine = null;
    [this.#session, this.#outbox, this.#received, this.#early] = ["", [], [], []];
    root.dataset.view = "";
  }
}
