// A host's desk: who waits, letting them in, messages to them, marks; and the room.
import { chime, mark, prepareSound } from "./attention.js";
import { Messages } from "./messages.js";
import { offerNext } from "./next.js";
import { announce, clock, el, find, root, show, showOver, words } from "./page.js";
import { roomOf } from "./rooms.js";
import { farewell, Loop, now, post } from "./wire.js";

const PACE = 2000;
const ASKED_FOR = 2000;
const MARKS = { mark_no_show: "noShow", undo: "undo", end: "finish" };
const markOf = (one, status) => words(one === "undo" && status !== "no_show" ? "reopen" : MARKS[one]);

export const host = (devices) => {
  let people = [];
  let key = "";
  let isOver = false;
  let entered = null;
  let unread = 0; // messages that came while the panel with them was closed
  const room = roomOf(devices, { leave: () => over("left"), closed: (view) => over(view), state: (state) => update(state) });

  const messages = new Messages(find("talk-log").querySelector("ul"), {
    named: true,
    hear: (said) => {
      unread += find("desk").hidden ? 1 : 0;
      chime();
      announce(words("says", said));
    },
  });

  const over = (why) => {
    desk.stop();
    mark("");
    showOver(why);
    if (why === "ended") {
      show(["desk", "over"]);
      desk.start();
    }
    if (why !== "replaced") offerNext();
  };

  const stateOf = (one) => (one.isInRoom ? "isIn" : one.hasLeft || isOver ? "hasLeft" : !one.isHere ? "isAway" : one.isAdmitted ? "isLetIn" : "isWaiting");

  const devicesOf = (one) => {
    const has = one.devices.split(" ");
    const known = ["camera", "microphone"].filter((kind) => has.includes(kind)).map((kind) => words(kind));
    return known.join(", ") || (one.devices ? words("noDevices") : "");
  };

  /** What can be done with somebody: only those who are there can be let in, nobody who has left sent back. */
  const actionOf = (one) => {
    if (one.isAdmitted ? one.hasLeft : stateOf(one) !== "isWaiting") return "";
    return one.isAdmitted
      ? el("button", { class: "button quiet", "aria-label": `${words("putBack")}: ${one.name}`, onclick: () => act("put-back", { party: one.party }) }, words("putBack"))
      : el("button", { class: "button", "aria-label": `${words("admit")}: ${one.name}`, onclick: () => admit(one) }, words("admit"));
  };

  const row = (one) => {
    const wait = el("span", { class: "numbers wait", "data-since": one.isAdmitted || one.hasLeft || isOver ? "" : one.since }, "");
    const about = el("div", {}, el("strong", {}, el("bdi", {}, one.name)), one.isCompanion ? el("span", { class: "badge" }, words("companion")) : "", el("span", { class: `state ${stateOf(one)}` }, words(stateOf(one))), wait, el("span", { class: "small muted" }, devicesOf(one)));
    return el("li", { "data-party": one.party }, about, actionOf(one));
  };

  const update = (state) => {
    const news = (state.people ?? []).filter((one) => stateOf(one) === "isWaiting" && !people.some((old) => old.party === one.party && stateOf(old) === "isWaiting"));
    people = state.people ?? [];
    room.expects = people.some((one) => stateOf(one) === "isLetIn");
    isOver = state.view === "ended";
    const newest = JSON.stringify([people, state.offered, isOver]);
    if (newest !== key) {
      key = newest;
      const focused = document.activeElement?.closest("[data-party]")?.dataset.party;
      find("people").replaceChildren(...(people.length ? people.map(row) : [el("li", { class: "muted" }, words("nobody"))]));
      if (focused) find("people").querySelector(`[data-party="${CSS.escape(focused)}"] button`)?.focus();
      const offered = (state.offered ?? []).filter((one) => MARKS[one] && (one !== "end" || (find("room").hidden && state.status === "in_progress")));
      find("marks").replaceChildren(...offered.map((one) => el("button", { class: "button quiet", onclick: () => act("mark", { happening: one }) }, markOf(one, state.status))));
    }
    if (news.length) {
      chime();
      announce(words("waiting", { name: news.map((one) => one.name).join(", ") }));
    }
    messages.show(state.messages);
    if (!find("desk").hidden) unread = 0;
    const waiting = people.filter((one) => stateOf(one) === "isWaiting").length;
    mark(waiting ? `(${waiting})` : "");
    if (find("waiting")) {
      find("waiting").hidden = !(waiting + unread);
      find("waiting").textContent = waiting + unread || "";
    }
    tick();
  };

  const tick = () => {
    for (const span of document.querySelectorAll("[data-since]")) {
      if (span.dataset.since) span.textContent = words("waits", { time: clock((now() - new Date(span.dataset.since)) / 1000) });
    }
  };
  setInterval(tick, 1000);

  const act = async (path, body) => {
    try {
      const state = await post(path, body);
      update(state);
      return state;
    } catch {
      announce(words("failed"));
      return null;
    }
  };

  /** Come, once: nobody is in the room who has not; the browser may still be asking whether the camera may be used. */
  const enter = async () => {
    const asked = new Promise((go) => setTimeout(go, ASKED_FOR));
    entered ??= Promise.race([devices.ready, asked]).then(() => act("enter", { devices: devices.words }));
    const state = await entered;
    if (!state) entered = null;
    return state;
  };

  const begin = async () => {
    prepareSound();
    if (!find("room").hidden) return;
    desk.stop();
    show(["room", "desk"]);
    await enter();
    await room.join();
  };

  const admit = async (one) => {
    prepareSound();
    room.hurry();
    await Promise.all([act("admit", { party: one.party }), begin()]);
  };

  const desk = new Loop(async () => {
    const state = await post("beat");
    update(state);
    if (state.view === "cancelled") return over("cancelled");
    if (state.view !== "ended" && root.dataset.view === "over") location.reload();
    if (state.view === "ended" && root.dataset.view !== "over") return over("ended");
    return PACE;
  });

  desk.onLost = () => (find("desk-state").textContent = words("lost"));
  desk.onBack = () => {
    find("desk-state").textContent = "";
    announce(words("back"));
  };

  find("start").addEventListener("click", begin);
  find("tell").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = find("message").value.trim();
    const ready = [...find("usual").options].find((one) => one.value === text);
    if (text && (await act("tell", ready ? { name: ready.dataset.name } : { text }))) {
      find("message").value = "";
      announce(words("told"));
    }
  });
  find("end").addEventListener("click", () => {
    find("sure").returnValue = "";
    find("sure").showModal();
  });
  find("sure").addEventListener("close", () => find("sure").returnValue === "end" && end());
  const end = async () => {
    if (!(await act("mark", { happening: "end" }))) return; // it is said that it failed, and goes on
    room.close();
    over("ended");
  };
  for (const button of document.querySelectorAll(".rejoin")) button.addEventListener("click", () => location.reload());
  find("note")?.addEventListener("click", () => find("notes").focus());
  addEventListener("pagehide", () => {
    if (find("room").hidden) farewell("leave", {});
    else room.farewell();
  });
  devices.ready.then(async () => {
    const state = await enter();
    if (state?.view === "ended") over("ended");
    else if (find("room").hidden) desk.start();
  });
};
