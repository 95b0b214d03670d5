// Messages between the waiting room and the staff, as both sides show them.
import { el, words } from "./page.js";

const SHOWN = 6;

export class Messages {
  #shown = "";
  #latest = null; // the moment of the newest that somebody else wrote; none before the first look

  /** `hear(message)` is called for what somebody else wrote since the last look; `named` says whether to name them. */
  constructor(list, { named = false, hear }) {
    Object.assign(this, { list, named, hear });
  }

  show(messages) {
    const newest = JSON.stringify(messages);
    if (newest === this.#shown) return;
    this.#shown = newest;
    this.list.replaceChildren(...messages.slice(-SHOWN).map((one) => this.#line(one)));
    this.list.hidden = !messages.length;
    const theirs = messages.filter((one) => !one.isOwn).at(-1);
    if (theirs && theirs.at !== this.#latest) this.hear(theirs);
    this.#latest = theirs?.at ?? this.#latest;
  }

  #line(one) {
    const who = one.isOwn ? words("you") : this.named ? one.name : "";
    return el("li", { class: one.isOwn ? "own" : null }, who ? el("strong", { class: "small" }, el("bdi", {}, who), " ") : "", el("span", { lang: one.language || null, dir: "auto" }, one.text));
  }
}
