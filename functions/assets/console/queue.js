// The queue keeps itself fresh: it asks with the ETag it has, puts changed lines in place, and says what changed.
import { BROWSER, recall, remember } from "../shared/kept.js";
import { parsePage } from "../shared/parse.js";
import { startFrame } from "./frame.js";
import { sounds } from "./sound.js";

const [SEEN, HIDDEN, LONGEST, STALE] = [4000, 30_000, 60_000, 30_000];
const NAMED = 3; // changes that are told by name
const [LEFT, FILTERS] = ["openslot-queue-filters", ["staff", "service", "online"]];
const CONTROLS = "a, button, summary, input";
const main = document.querySelector("main");
const live = document.getElementById("live");
const status = document.getElementById("status");
const somebodyCame = sounds(document.getElementById("sound"));
let tag = "";
let timer = 0;
let failures = 0;
let good = Date.now();
let fetching = false;
let waiting = false;
let ahead = 0; // how far the server's clock is ahead of this one

const now = () => Date.now() + ahead;
const setClock = () => (ahead = new Date(document.getElementById("lines").dataset.now) - Date.now());
const rowsOf = (page) => new Map([...page.querySelectorAll("tr[data-key]")].map((row) => [row.dataset.key, row]));

const focusPath = () => {
  const element = document.activeElement;
  const row = element?.closest("tr[data-key]");
  return row && { key: row.dataset.key, at: [...row.querySelectorAll(CONTROLS)].indexOf(element) };
};

const refocus = (path) => {
  if (!path) return;
  const row = rowsOf(document).get(path.key);
  const element = [...(row?.querySelectorAll(CONTROLS) ?? [])][path.at] ?? row?.querySelector("summary");
  (element ?? document.querySelector("h1")).focus({ preventScroll: true });
};

const announce = (changed) => {
  const said = changed
    .slice(0, NAMED)
    .map(({ dataset }) => main.dataset.changed.replace(/\{(name|status)\}/g, (_, what) => (what === "name" ? dataset.name : dataset.statusName)));
  status.textContent = [...said, ...(changed.length > NAMED ? [main.dataset.more] : [])].join(" · ");
};

/** Give the forms what is this reader's own: their token, and a key of each thing that is done once. */
const fill = (forms, token) => {
  for (const field of forms.querySelectorAll("[name=csrf]")) field.value = token;
  forms.querySelector("[name=key]").value = crypto.randomUUID();
};

const put = async (answer) => {
  const next = parsePage(await answer.text());
  if (!next.getElementById("lines")) return location.reload();
  if (document.querySelector(".acts details[open]")) return; // somebody is in the middle of something
  const [before, path] = [rowsOf(document), focusPath()];
  const token = answer.headers.get("X-CSRF-Token"); // of the parts alone: a whole page has its own
  if (token) fill(next.getElementById("forms"), token);
  for (const id of ["forms", "lines", "tiles", "counts"]) document.getElementById(id).replaceWith(next.getElementById(id));
  setClock();
  const news = next.getElementById("news");
  if (news) {
    document.getElementById("news").replaceWith(news);
    status.textContent = news.textContent;
  }
  document.title = next.title;
  const changed = [...rowsOf(document).values()].filter((row) => before.get(row.dataset.key)?.dataset.state !== row.dataset.state);
  changed.forEach((row) => row.classList.add("changed"));
  if (changed.length) announce(changed);
  const came = (row) => row.dataset.status === "in_lobby" && before.get(row.dataset.key)?.dataset.status !== "in_lobby";
  if (changed.some(came)) somebodyCame();
  refocus(path);
  tick();
  return true;
};

const ask = async () => {
  if (fetching) return;
  fetching = true;
  clearTimeout(timer);
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html", ...(tag && { "If-None-Match": tag }) }, cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") return location.reload(); // to sign in, at another site: no script follows there
    if (answer.status !== 304 && answer.status !== 200) throw new Error(answer.status);
    failures = 0;
    if (answer.status === 200 && !(await put(answer))) return; // what is shown grows old meanwhile
    if (answer.status === 200) tag = answer.headers.get("ETag") ?? "";
    good = Date.now();
  } catch {
    failures += 1;
  } finally {
    fetching = false;
    const pause = failures ? Math.min(LONGEST, SEEN * 2 ** failures) : document.hidden ? HIDDEN : SEEN;
    timer = setTimeout(ask, pause * (0.9 + Math.random() * 0.2));
  }
};

const askAnew = () => {
  tag = "";
  ask();
};

const tick = () => {
  for (const span of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((now() - new Date(span.dataset.since)) / 1000));
    span.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  }
  for (const badge of document.querySelectorAll("[data-waits]")) {
    const minutes = Math.floor((now() - new Date(badge.dataset.waits)) / 60_000);
    if (minutes > 0) badge.textContent = main.dataset.waits.replace("{minutes}", minutes);
  }
  const due = [...document.querySelectorAll("[data-late-at]")].filter((span) => now() > new Date(span.dataset.lateAt));
  due.forEach((span) => span.removeAttribute("data-late-at"));
  if (due.length) askAnew(); // time alone made them late
  const stale = Date.now() - good > STALE && !document.hidden;
  live.classList.toggle("stale", stale);
  const words = stale ? main.dataset.stale : main.dataset.live;
  if (live.lastElementChild.textContent !== words) live.lastElementChild.textContent = words;
};

const send = async (form, button) => {
  const body = new URLSearchParams(new FormData(form));
  if (button.name) body.append(button.name, button.value);
  const address = button.getAttribute("formaction") ?? form.getAttribute("action"); // a field of the form is called action
  const answer = await fetch(address, { method: "POST", body }).catch(() => null);
  if (!answer?.ok || !answer.redirected) {
    form.removeAttribute("data-act");
    return form.requestSubmit(button); // the page that says what is wrong
  }
  const menu = button.closest("details");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  tag = "";
  await put(answer);
  ask();
};

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-act]")) return;
  event.preventDefault();
  if (waiting) return;
  waiting = true;
  event.submitter.setAttribute("aria-busy", "true");
  send(event.target, event.submitter).finally(() => (waiting = false));
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copy]");
  for (const menu of document.querySelectorAll(".acts details[open]")) if (!menu.contains(event.target)) menu.open = false;
  if (!link || !navigator.clipboard) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href, { headers: { Accept: "application/json" } });
    await navigator.clipboard.writeText((await answer.json()).joinUrl);
    const menu = link.closest("details");
    menu.open = false;
    menu.querySelector("summary").focus();
    status.textContent = main.dataset.copied;
  } catch {
    location.assign(link.href);
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".acts details[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.open && target.matches(".acts details")) target.querySelector(".more").scrollIntoView({ block: "nearest" });
  },
  true,
);
document.addEventListener("visibilitychange", () => !document.hidden && ask());
addEventListener("online", ask);

/** Open the queue with the filters of last time in this browser, where the address names none. */
const openAsLeft = () => {
  const asked = new URLSearchParams(location.search);
  const left = recall(BROWSER, LEFT);
  if (!FILTERS.some((one) => asked.has(one)) && left) return location.replace(`?${new URLSearchParams([...asked, ...new URLSearchParams(left)])}`);
  const chosen = FILTERS.map((one) => [one, asked.get(one)]).filter(([, value]) => value);
  remember(BROWSER, LEFT, new URLSearchParams(chosen).toString());
};

openAsLeft();
startFrame();
live.hidden = false;
setClock();
setInterval(tick, 1000);
tick();
timer = setTimeout(ask, SEEN);
