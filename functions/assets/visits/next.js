// After a visit: who waits next for the host, as far as they are signed in at the console.
import { find, root, words } from "./page.js";
import { now } from "./wire.js";

const EVERY = 10_000;
const NEXT = "/console/queue/next";
let timer = 0;

/** Ask again and again as long as this page shows that its own visit is over. */
export const offerNext = async () => {
  clearTimeout(timer);
  if (!find("next") || root.dataset.view !== "over") return;
  // who is not signed in is redirected to sign in: nothing is offered, and nobody asks again
  const answer = await fetch(NEXT, { redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") return;
  if (answer?.ok) tell(await answer.json().catch(() => ({})));
  timer = setTimeout(offerNext, EVERY);
};

const tell = ({ name, since, url }) => {
  const [next, queue] = [find("next"), find("to-queue")];
  next.hidden = !url;
  queue.classList.toggle("quiet", Boolean(url));
  if (!url) return;
  next.href = url;
  next.textContent = words("next", { name, minutes: Math.max(0, Math.floor((now() - new Date(since)) / 60_000)) });
};
