// The quiet line over the picture: how long it has lasted, when it ends, and how good the connection is.
import { announce, clock, find, words } from "./page.js";
import { Quality } from "./quality.js";
import { now } from "./wire.js";

const [SECOND, MEASURED, NOTICE] = [1000, 3000, 5]; // the last in minutes before the end

export class StatusLine {
  #timers = [];
  #since = 0;
  #said = "";
  #quality = new Quality();

  /** `connections()` returns those that stand or are being made. */
  start(connections) {
    this.stop();
    this.#since = now();
    this.#timers = [setInterval(() => this.#tick(), SECOND), setInterval(() => this.#measure(connections()), MEASURED)];
    this.#tick();
  }

  stop() {
    this.#timers.forEach(clearInterval);
    find("quality").hidden = true;
  }

  /** It began when somebody was let in, whatever this page has seen of it. */
  beganAt(moment) {
    if (moment) this.#since = Date.parse(moment);
  }

  #tick() {
    find("elapsed").textContent = clock((now() - this.#since) / SECOND);
    const left = (Date.parse(find("room").dataset.ends) - now()) / 60_000;
    const minutes = left > 0 ? Math.ceil(left) : Math.floor(-left);
    const text = left > NOTICE ? "" : words(left > 0 ? "endsIn" : "over", { minutes });
    if (find("ending").textContent !== text) find("ending").textContent = text;
    find("ending").hidden = !text || (left <= 0 && minutes === 0);
  }

  async #measure(connections) {
    const level = await this.#quality.of(connections);
    find("quality").hidden = !level;
    if (!level || find("quality").dataset.level === level) return;
    find("quality").dataset.level = level;
    find("quality").textContent = words(level);
    if (this.#said && level === "poor") announce(words("poor"));
    this.#said = level;
  }
}
