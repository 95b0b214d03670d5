// The page of one appointment: how it stands follows the visit, and a button under each link copies it.
import { copyLinks } from "../shared/copy.js";
import { parsePage } from "../shared/parse.js";
import { startFrame } from "./frame.js";

const [SEEN, HIDDEN, LONGEST] = [4000, 30_000, 60_000];
const PARTS = ["standing", "deeds", "happened"];
const { waits } = document.querySelector("main").dataset;
let ahead = 0; // how far the server's clock is ahead of this one
let failures = 0;
let timer = 0;

const isBusy = () => {
  const at = document.activeElement;
  return document.getElementById("deeds").contains(at) && at.matches("input"); // a message is being written
};

const now = () => Date.now() + ahead;
const setClock = () => (ahead = new Date(document.getElementById("standing").dataset.now) - Date.now());

const put = (next) => {
  const [before, after] = [document, next].map((page) => page.getElementById("standing"));
  if (!after) return location.reload();
  if (before.dataset.state === after.dataset.state || isBusy()) return;
  const at = [...document.getElementById("deeds").querySelectorAll("a, button")].indexOf(document.activeElement);
  for (const id of PARTS) document.getElementById(id).replaceWith(next.getElementById(id));
  setClock();
  if (at >= 0) (document.getElementById("deeds").querySelectorAll("a, button")[at] ?? document.querySelector("h1")).focus({ preventScroll: true });
  if (before.dataset.name !== after.dataset.name) document.getElementById("status").textContent = after.dataset.name;
};

const ask = async () => {
  clearTimeout(timer);
  try {
    const answer = await fetch(location.href.split("#")[0], { headers: { Accept: "text/html" }, cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") return location.reload(); // to sign in
    if (!answer.ok) throw new Error(answer.status);
    failures = 0;
    put(parsePage(await answer.text()));
  } catch {
    failures += 1;
  }
  timer = setTimeout(ask, Math.min(LONGEST, (document.hidden ? HIDDEN : SEEN) * 2 ** failures));
};

const tick = () => {
  for (const span of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((now() - new Date(span.dataset.since)) / 1000));
    span.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  }
  for (const badge of document.querySelectorAll("[data-waits]")) {
    const minutes = Math.floor((now() - new Date(badge.dataset.waits)) / 60_000);
    if (minutes > 0) badge.textContent = waits.replace("{minutes}", minutes);
  }
};

copyLinks();
if (location.hash === "#link") document.getElementById("link")?.focus();
startFrame();
if (document.getElementById("standing")) {
  document.addEventListener("visibilitychange", () => !document.hidden && ask());
  addEventListener("online", ask);
  setClock();
  setInterval(tick, 1000);
  timer = setTimeout(ask, SEEN);
}
