// An attendee's way: name and devices, the waiting room, the room when somebody lets them in, and goodbye.
import { forget, recall, remember, TAB } from "../shared/kept.js";
import { callBy, chime, letSleep, mark, offerToCall, prepareSound, stayAwake } from "./attention.js";
import { Messages } from "./messages.js";
import { announce, clock, find, root, show, showOver, words } from "./page.js";
import { roomOf } from "./rooms.js";
import { farewell, Loop, post } from "./wire.js";

const KEPT = `openslot-visit-${root?.dataset.party}`;
const [FASTEST, FAST, SLOW, FAST_FOR] = [500, 1000, 3000, 300_000];
const FASTEST_FOR = 60_000; // from when staff are there: then they mostly let in soon
const PATIENCE = 8000; // while the browser asks whether the camera may be used, staff see nobody there
const ASKED_FOR = 2000; // the browser may still be asking whether the camera may be used

export const attend = (devices) => {
  let waitedAt = 0;
  let since = 0;
  let staffSince = 0;
  const room = roomOf(devices, { leave: () => over("left"), closed: (view) => (view === "waiting" ? wait() : over(view)) });

  const over = (why) => {
    lobby.stop();
    letSleep();
    mark("");
    forget(TAB, KEPT);
    showOver(why);
  };

  const comeIn = async () => {
    lobby.stop();
    chime();
    mark(words("comeIn"));
    callBy(words("comeIn"), { stays: true });
    announce(words("letIn"));
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(200); // browsers refuse it before a tap
    await room.join();
    addEventListener("focus", () => mark(""), { once: true });
    if (document.hasFocus()) mark("");
  };

  const messages = new Messages(find("messages").querySelector("ul"), {
    hear: ({ text }) => {
      chime();
      callBy(text);
      if (document.hidden) mark(words("message"));
    },
  });
  document.addEventListener("visibilitychange", () => !document.hidden && root.dataset.view === "lobby" && mark(""));

  const lobby = new Loop(async () => {
    const state = await post("beat");
    if (state.view === "admitted") return comeIn();
    if (state.view !== "waiting") return over(state.view === "ended" && !state.began ? "unseen" : state.view);
    if (state.waited == null) return comeAgain(); // it was moved: nobody is seen there who has not come there
    waitedAt = Date.now() - state.waited * 1000;
    const text = words(state.staffHere ? "staffHere" : "staffNot");
    if (find("lobby-state").textContent !== text) find("lobby-state").textContent = text;
    if (find("expected").textContent !== state.expected) find("expected").textContent = state.expected;
    messages.show(state.messages);
    staffSince = state.staffHere ? staffSince || Date.now() : 0;
    if (staffSince && Date.now() - staffSince < FASTEST_FOR) return FASTEST;
    return Date.now() - since < FAST_FOR ? FAST : SLOW;
  });
  lobby.onLost = () => (find("lobby-state").textContent = words("lost"));
  setInterval(() => waitedAt && (find("waited").textContent = clock((Date.now() - waitedAt) / 1000)), 1000);

  const wait = () => {
    since = Date.now();
    show(["lobby"]);
    find("lobby-title").focus();
    devices.show();
    stayAwake();
    lobby.start();
  };

  const come = async () => {
    const state = await post("enter", { name: find("name").value.trim(), devices: devices.words });
    remember(TAB, KEPT, "in");
    if (state.view === "admitted") await comeIn();
    else if (state.view === "waiting") wait();
    else over(state.view);
  };

  // Within the loop, which tries again what fails: whoever waits must not be lost for an answer that never came.
  const comeAgain = async () => {
    try {
      await come();
    } catch (error) {
      if (error.status !== 422) throw error;
      location.reload(); // the new time is too far away, and the page says so
    }
  };

  const enter = async () => {
    prepareSound();
    await Promise.race([devices.ready, new Promise((go) => setTimeout(go, ASKED_FOR))]);
    try {
      await come();
    } catch (error) {
      if (error.problem?.errors?.some(({ pointer }) => pointer === "/name")) return complain();
      if (error.status === 422) location.reload();
      else announce(words("failed"));
    }
  };

  const complain = () => {
    find("name").setCustomValidity(words("badName"));
    find("name").reportValidity();
  };

  find("name").addEventListener("input", () => find("name").setCustomValidity(""));
  find("enter").addEventListener("submit", (event) => {
    event.preventDefault();
    enter();
  });
  find("check-again").addEventListener("click", () => {
    show(["door"]);
    devices.openAll();
    find("door").querySelector("h1").focus();
  });
  find("write").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = find("text").value.trim();
    if (!text) return;
    try {
      messages.show((await post("tell", { text })).messages);
      if (find("text").value.trim() === text) find("text").value = "";
    } catch (error) {
      announce(words(error.status === 422 ? "notesRefused" : "failed"));
    }
  });
  offerToCall(find("notify"), find("notified"));
  find("go").addEventListener("click", async () => {
    await farewell("leave", {});
    over("left");
  });
  const rejoin = () => {
    remember(TAB, KEPT, "in"); // the page lets them in again by itself
    location.reload();
  };
  for (const button of document.querySelectorAll(".rejoin")) button.addEventListener("click", rejoin);
  addEventListener("pagehide", () => {
    if (root.dataset.view === "lobby") farewell("leave", {});
    else room.farewell();
  });
  const isExpected = "expected" in root.dataset; // came without a booking: the name is given, and staff see them wait
  if (isExpected || recall(TAB, KEPT)) Promise.race([devices.ready, new Promise((go) => setTimeout(go, PATIENCE))]).then(enter);
};
