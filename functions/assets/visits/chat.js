// Words between those who are in the room, from browser to browser.
import { announce, el, find, words } from "./page.js";

export class Chat {
  #unread = 0;

  constructor(send) {
    find("talk").addEventListener("click", () => this.#toggle());
    find("say").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = find("words").value.trim();
      if (!text) return;
      send(text);
      this.#add(words("you"), text);
      find("words").value = "";
    });
  }

  #toggle() {
    const chat = find("chat");
    chat.hidden = !chat.hidden;
    find("talk").setAttribute("aria-expanded", String(!chat.hidden));
    if (chat.hidden) return;
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
    list.append(el("li", {}, who, el("span", { dir: "auto" }, text)));
    find("log").scrollTop = find("log").scrollHeight;
  }

  hear(name, text, isStaff) {
    this.#add(name, text, isStaff);
    if (!find("chat").hidden) return;
    this.#count(this.#unread + 1);
    announce(words("says", { name, text }));
  }
}
