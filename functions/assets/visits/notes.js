// Internal notes, saved as they are typed. What somebody else wrote meanwhile is shown, and neither text is lost.
import { find, words } from "./page.js";
import { get, post } from "./wire.js";

const [PAUSE, RETRY] = [1500, 5000];

export const keepNotes = () => {
  const field = find("notes");
  if (field) new Notes(field);
};

class Notes {
  #field;
  #known; // what the server has, as far as this page knows, of the state that the ETag is of
  #etag;
  #timer = 0;
  #isSaving = false;
  #theirs = null; // what somebody else wrote, until it is decided what becomes of it

  constructor(field) {
    this.#field = field;
    this.#known = field.defaultValue;
    this.#etag = field.dataset.etag;
    field.addEventListener("input", () => this.#later(PAUSE));
    field.addEventListener("blur", () => this.#save());
    field.addEventListener("focus", () => this.#refresh());
    find("notes-both").addEventListener("click", () => this.#settle(this.#both()));
    find("notes-take").addEventListener("click", () => this.#settle(this.#theirs));
    addEventListener("online", () => this.#save());
    addEventListener("pagehide", () => this.#isUnsaved && this.#send({ keepalive: true }).catch(() => {}));
    addEventListener("beforeunload", (event) => this.#isUnsaved && event.preventDefault());
  }

  get #isUnsaved() {
    return this.#field.value !== this.#known;
  }

  #later(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), pause);
  }

  #say(name) {
    const text = name && words(name);
    if (find("notes-state").textContent !== text) find("notes-state").textContent = text;
  }

  #send(options = {}) {
    return post("notes", { notes: this.#field.value }, { headers: { "If-Match": `"${this.#etag}"` }, ...options });
  }

  async #save() {
    clearTimeout(this.#timer);
    if (this.#isSaving || this.#theirs != null || !this.#isUnsaved) return;
    this.#isSaving = true;
    this.#say("notesSaving");
    const sent = this.#field.value;
    let pause = PAUSE;
    try {
      this.#etag = (await this.#send()).etag;
      this.#known = sent;
      this.#say("notesSaved");
    } catch (error) {
      pause = this.#fail(error, sent);
    }
    this.#isSaving = false;
    if (pause && this.#isUnsaved) this.#later(pause);
  }

  /** Return the pause until the next try, or nothing where somebody has to act first. */
  #fail(error, sent) {
    if (error.status === 412) return this.#meet(error.problem, sent);
    const isWrong = error.status === 422;
    this.#say(isWrong ? "notesRefused" : "notesUnsaved");
    return isWrong ? 0 : RETRY;
  }

  #meet({ notes, etag }, sent) {
    this.#etag = etag;
    if (notes === sent.trim()) this.#known = sent; // it was saved, and the answer lost
    if (notes === this.#known.trim() || notes === sent.trim()) return 1; // something else of the appointment changed
    this.#theirs = notes;
    find("notes-theirs").querySelector(".kept").textContent = notes;
    find("notes-theirs").hidden = false;
    this.#say("");
    return 0;
  }

  /** Both texts; where mine only goes on from what was known, theirs and what is new. */
  #both() {
    const mine = this.#field.value;
    const isLonger = this.#known && mine.startsWith(this.#known);
    return [this.#theirs, (isLonger ? mine.slice(this.#known.length) : mine).trim()].filter(Boolean).join("\n");
  }

  #settle(text) {
    this.#known = this.#theirs;
    this.#theirs = null;
    find("notes-theirs").hidden = true;
    this.#field.value = text;
    this.#field.focus();
    this.#save();
  }

  /** Show what others have written, unless something here is not saved yet. */
  async #refresh() {
    if (this.#isUnsaved || this.#isSaving) return;
    const { notes, etag } = await get("notes").catch(() => ({}));
    if (!etag || this.#isUnsaved || this.#isSaving) return;
    if (notes !== this.#known.trim()) this.#field.value = this.#known = notes;
    this.#etag = etag;
  }
}
