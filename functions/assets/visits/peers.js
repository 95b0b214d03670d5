// One connection to each of the others: perfect negotiation, so that either side may change it at any time.
const BATCH = 40;
const PATIENCE = 4000;
const [SMALL, SMALL_FOR] = [3, 1500]; // a small picture is there at once, by whatever connection; a sharp one follows
const [FIRST, LAST] = [5000, 8000]; // by then the other side has made the first offer, or it never will

export class Peer extends EventTarget {
  stream = new MediaStream();
  says = { mic: true, cam: true, share: false };
  #out = [];
  #making = false;
  #ignoring = false;
  #timer = 0;
  #restart = 0;
  #first = 0;
  #mayOffer;
  #sharp = 0;
  #isSharp = false;

  constructor({ session, name, mine, isNewcomer, iceServers, send }) {
    super();
    Object.assign(this, { session, name, polite: mine < session, send });
    // One side alone makes the first offer: who comes, since they know at once who is there. Where both do, one takes
    // its own back, and in Chromium the channel of that connection may then stay dumb, or the answer fail.
    this.#mayOffer = isNewcomer;
    if (!isNewcomer) this.#first = setTimeout(() => this.#takeTurn(), this.polite ? LAST : FIRST);
    // One transport for all; who waits for an offer looks for its addresses meanwhile.
    this.pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle", iceCandidatePoolSize: isNewcomer ? 0 : 1 });
    this.pc.onnegotiationneeded = () => this.#offer();
    this.pc.onicecandidate = ({ candidate }) => candidate && this.#say({ candidate });
    this.pc.ontrack = ({ track }) => this.#take(track);
    this.pc.onconnectionstatechange = () => this.#changed();
    this.channel = this.pc.createDataChannel("words", { negotiated: true, id: 0 });
    this.channel.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    this.channel.onopen = () => this.dispatchEvent(new Event("open"));
  }

  get state() {
    return this.pc.connectionState;
  }

  #take(track) {
    this.stream.getTracks().filter((old) => old.kind === track.kind && old !== track).forEach((old) => this.stream.removeTrack(old));
    this.stream.addTrack(track);
    this.dispatchEvent(new Event("track"));
  }

  #hear(message) {
    if (message.says && JSON.stringify(message.says) !== JSON.stringify(this.says)) {
      this.says = message.says;
      this.dispatchEvent(new Event("track"));
    }
    if (typeof message.text === "string") this.dispatchEvent(new CustomEvent("text", { detail: message.text.slice(0, 1000) }));
  }

  tell(message) {
    if (this.channel.readyState === "open") this.channel.send(JSON.stringify(message));
  }

  #changed() {
    clearTimeout(this.#restart);
    if (this.state === "connected" && !this.#isSharp) this.#sharp ||= setTimeout(() => this.#sharpen(), SMALL_FOR);
    if (this.state === "failed") this.pc.restartIce();
    if (this.state === "disconnected") this.#restart = setTimeout(() => this.pc.restartIce(), PATIENCE);
    this.dispatchEvent(new Event("state"));
  }

  /** Candidates come in swarms: what is said within a moment goes as one message. */
  #say(message) {
    this.#out.push(message);
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.send(this.session, JSON.stringify(this.#out.splice(0)));
    }, BATCH);
  }

  #takeTurn() {
    this.#mayOffer = true;
    if (!this.pc.remoteDescription) this.#offer();
  }

  async #offer() {
    if (!this.#mayOffer) return; // it is asked for again once the other side's offer is answered
    try {
      this.#making = true;
      await this.pc.setLocalDescription();
      this.#say({ description: this.pc.localDescription });
    } catch (error) {
      if (this.pc.signalingState !== "closed") console.warn(error);
    } finally {
      this.#making = false;
    }
  }

  async receive(data) {
    for (const message of JSON.parse(data)) {
      if (message.description) await this.#describe(message.description);
      else if (message.candidate) await this.#candidate(message.candidate);
    }
  }

  async #describe(description) {
    const collides = description.type === "offer" && (this.#making || this.pc.signalingState !== "stable");
    this.#ignoring = !this.polite && collides;
    if (this.#ignoring) {
      // they may never have got the offer that ours waits for, and would wait for it as long as we for their answer
      if (this.pc.signalingState === "have-local-offer") this.#say({ description: this.pc.localDescription });
      return;
    }
    clearTimeout(this.#first);
    this.#mayOffer = true;
    await this.pc.setRemoteDescription(description);
    if (description.type === "offer") {
      await this.pc.setLocalDescription();
      this.#say({ description: this.pc.localDescription });
    }
  }

  async #candidate(candidate) {
    try {
      await this.pc.addIceCandidate(candidate);
    } catch (error) {
      if (!this.#ignoring) console.warn(error);
    }
  }

  /** Send these tracks, or nothing of a kind where there is none. */
  async carry({ audio, video }, stream) {
    for (const [kind, track] of Object.entries({ audio, video })) {
      if (this.pc.signalingState === "closed") return;
      const sender = this.pc.getTransceivers().find((one) => one.sender.track?.kind === kind || (one.sender.wasOurs && one.receiver.track.kind === kind))?.sender;
      if (sender) {
        sender.wasOurs = true;
        await sender.replaceTrack(track ?? null);
      } else if (track) {
        const added = this.pc.addTrack(track, stream);
        added.wasOurs = true;
        if (kind === "video" && !this.#isSharp) await this.#scale(added, SMALL);
      }
    }
  }

  /** Send a picture of this part of its size. */
  async #scale(sender, by) {
    try {
      const sent = sender.getParameters();
      sent.encodings.forEach((one) => (one.scaleResolutionDownBy = by));
      await sender.setParameters(sent);
    } catch {
      // then it is as the browser sends it
    }
  }

  #sharpen() {
    this.#isSharp = true;
    for (const one of this.pc.getSenders()) if (one.track?.kind === "video") this.#scale(one, 1);
  }

  close() {
    for (const timer of [this.#sharp, this.#timer, this.#restart, this.#first]) clearTimeout(timer);
    this.pc.close();
  }
}
