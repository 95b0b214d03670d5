// Requests to the visit, and loops that ask again: at their pace while all is well, ever slower while it is not.
import { root } from "./page.js";

const LONGEST = 15_000;
const APART = 2000; // by which a header in whole seconds may differ from a clock that is right
let ahead = 0;

/** The moment by the server's clock: moments that it tells are compared with no other. */
export const now = () => Date.now() + ahead;

/** A name for this page among all that its party opens. */
export const newSession = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte % 36).toString(36)).join("");

export class Refused extends Error {
  constructor(status, problem = {}) {
    super(`refused: ${status}`);
    Object.assign(this, { status, problem });
  }
}

const ask = async (path, options) => {
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang, ...options.headers };
  const answer = await fetch(`${root.dataset.base}/${path}`, { ...options, headers });
  const theirs = Date.parse(answer.headers.get("Date"));
  if (theirs && Math.abs(theirs - now()) > APART) ahead = theirs - Date.now();
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => ({})));
  return answer.status === 204 ? null : answer.json();
};

export const get = (path) => ask(path, {});

export const post = (path, body = {}, { keepalive = false, headers = {} } = {}) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body), keepalive });

/** Send what a leaving page still has to say. */
export const farewell = (path, body) => post(path, body, { keepalive: true }).catch(() => {});

/** Run `task` again and again; it returns the pause until the next time, or nothing to stop. */
export class Loop {
  #task;
  #timer = 0;
  #failures = 0;
  #running = false;
  #again = false;
  #stopped = true;
  onLost = () => {};
  onBack = () => {};

  constructor(task) {
    this.#task = task;
    const atOnce = () => !document.hidden && this.soon();
    document.addEventListener("visibilitychange", atOnce);
    addEventListener("online", atOnce);
  }

  start() {
    this.#stopped = false;
    return this.soon();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Run at once, or as soon as what runs now is done. */
  async soon() {
    if (this.#stopped) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#running = true;
    this.#again = false;
    const pause = await this.#run();
    this.#running = false;
    if (this.#stopped || (pause == null && !this.#again)) return; // it may have been started anew meanwhile
    const jitter = 0.9 + Math.random() * 0.2;
    this.#timer = setTimeout(() => this.soon(), this.#again && !this.#failures ? 0 : pause * jitter);
  }

  async #run() {
    try {
      const pause = await this.#task();
      if (this.#failures) this.onBack();
      this.#failures = 0;
      return pause;
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return location.reload();
      if (!(error instanceof Refused || error instanceof TypeError)) console.error(error);
      this.#failures += 1;
      if (this.#failures === 2) this.onLost();
      return Math.min(LONGEST, 1000 * 2 ** this.#failures);
    }
  }
}
