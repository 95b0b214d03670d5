// Sends a form with its idempotency key again while the server is busy or out of reach, for up to 20 s, and says so.
import { show } from "./swap.js";
import { forgetTyped } from "./typed.js";

const PATIENCE = 20_000;
const SLOW = 2500;
const LATER = [408, 429, 502, 503, 504];
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

// The whole answer, or nothing where the network fell silent: the key makes it safe to ask again.
const ask = async (url, body) => {
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { Accept: "text/html" } });
    return { answer, html: await answer.text() };
  } catch {
    return {};
  }
};

const askOn = async (url, body, tell) => {
  const until = performance.now() + PATIENCE;
  for (let pause = 400; ; pause = Math.min(pause * 2, 4000)) {
    const { answer, html } = await ask(url, body);
    if (answer && !LATER.includes(answer.status)) return { answer, html };
    const asked = Number(answer?.headers.get("Retry-After")) * 1000 || 0;
    const time = Math.max(asked, pause * (0.5 + Math.random()));
    if (performance.now() + time > until) return { answer, html };
    tell(answer ? "busy" : "away");
    await wait(time);
  }
};

// Says how it goes beside the button: at once without a connection, else when it takes long. One place, said once.
const teller = (place) => {
  const began = performance.now();
  const say = (word) => {
    if (place.textContent === place.dataset[word]) return;
    place.textContent = place.dataset[word];
    place.scrollIntoView({ block: "nearest" });
  };
  const timer = setTimeout(() => place.textContent || say("busy"), SLOW);
  return (word) => {
    if (word === "lost") clearTimeout(timer);
    if (word !== "busy" || performance.now() - began > SLOW) say(word);
  };
};

const send = async (form, button) => {
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.append(button.name, button.value); // older browsers leave the button out
  const place = form.querySelector(".sending");
  const setBusy = (is) => button && (button.ariaBusy = button.ariaDisabled = is);
  place.textContent = "";
  place.classList.remove("notice", "caution");
  setBusy("true");
  const tell = teller(place);
  const { answer, html } = await askOn(form.action, body, tell);
  if (answer?.status === 413) return form.submit(); // a page of its own: back from it leads to what was typed
  try {
    show(html, answer.redirected ? answer.url : location.href, { focus: answer.ok ? "main" : "errors", replace: true }); // back leads to before the form, which is done with
    if (answer.redirected) forgetTyped();
  } catch { // no page came: what was typed stays, to be sent once more with the same key
    tell("lost");
    place.classList.add("notice", "caution");
    setBusy(null);
  }
};

export const sendForms = () => {
  const sending = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-send]") || event.submitter?.hasAttribute("formaction")) return; // another language is a whole page
    event.preventDefault();
    if (sending.has(form)) return;
    sending.add(form);
    send(form, event.submitter).finally(() => sending.delete(form));
  });
};
