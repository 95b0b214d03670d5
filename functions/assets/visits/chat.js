// Words between those who are in the room, from browser to browser.
import { announce, el, find, words } from "./page.js";
import { now } from "./wire.js";

export class Chat {
  #unread = 0;

  constructor(panels, send) {
    panels.addEventListener("open", ({ detail }) => detail === "chat" && this.#opened());
    find("say").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = find("words").value.trim();
      if (!text) return;
      send(text);
      this.#add(words("you"), text);
      find("words").value = "";
    });
  }

  #opened() {
    this.#count(0);
    find("words").focus();
  }

  #count(number) {
    this.#unread = number;
    find("unread").hidden = !number;
    find("unread").textContent = number || "";
  }

  #add(name, text, isStaff = false) {
    const list = find("said");
    const who = el("strong", {}, el("bdi", {}, name), isStaff ? el("span", { class: "badge" }, words("staff")) : "");
    const time = el("time", { class: "small muted numbers" }, new Date(now()).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
    list.append(el("li", {}, el("span", { class: "said-by" }, who, time), el("span", { dir: "auto" }, text)));
    find("log").scrollTop = find("log").scrollHeight;
  }

  hear(name, text, isStaff) {
    this.#add(name, text, isStaff);
    if (!find("chat").hidden) return;
    this.#count(this.#unread + 1);
    announce(words("says", { name, text }));
  }
}
