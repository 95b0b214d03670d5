// The room's panels: beside the picture, or over its lower half on small screens; one at a time.
import { find, root } from "./page.js";

const WIDE = matchMedia("(min-width: 62.5rem)");

export class Panels extends EventTarget {
  #buttons = new Map();

  constructor() {
    super();
    for (const button of document.querySelectorAll(".bar [aria-controls]")) {
      const id = button.getAttribute("aria-controls");
      this.#buttons.set(id, button);
      button.addEventListener("click", () => (this.isOpen(id) ? this.close() : this.open(id)));
      find(id).querySelector("[data-close]").addEventListener("click", () => this.#back(id));
      find(id).addEventListener("keydown", (event) => event.key === "Escape" && root.dataset.view !== "over" && this.#back(id));
    }
  }

  isOpen(id) {
    return this.#buttons.has(id) && !find(id).hidden;
  }

  /** Begin with who is here beside the picture, for hosts, where there is place for both. */
  start() {
    if (find("desk") && WIDE.matches) this.open("desk");
    else this.close();
  }

  open(id) {
    for (const one of this.#buttons.keys()) find(one).hidden = one !== id;
    this.#tell();
    this.dispatchEvent(new CustomEvent("open", { detail: id }));
  }

  close() {
    for (const one of this.#buttons.keys()) find(one).hidden = true;
    this.#tell();
  }

  #back(id) {
    this.close();
    this.#buttons.get(id).focus();
  }

  #tell() {
    for (const [id, button] of this.#buttons) button.ariaExpanded = String(!find(id).hidden);
    root.dataset.panel = [...this.#buttons.keys()].find((id) => !find(id).hidden) ?? "";
  }
}
