// Sends a form with its idempotency key again while the server is busy or has had too much, for up to 20 s.
import { show } from "./swap.js";

const PATIENCE = 20_000;
const LATER = [408, 429, 503];
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

const answerTo = async (url, body, until) => {
  for (let pause = 400; ; pause = Math.min(pause * 2, 4000)) {
    const answer = await fetch(url, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => null);
    if (answer && !LATER.includes(answer.status)) return answer;
    const asked = Number(answer?.headers.get("Retry-After")) * 1000 || 0;
    const time = Math.max(asked, pause * (0.5 + Math.random()));
    if (performance.now() + time > until) return answer;
    await wait(time);
  }
};

const sendBySelf = (form, button) => {
  if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
  form.submit();
};

const send = async (form, button) => {
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.append(button.name, button.value); // older browsers leave the button out
  const slow = setTimeout(() => (document.getElementById("status").textContent = form.querySelector("[data-busy]")?.dataset.busy ?? ""), 2500);
  if (button) button.ariaBusy = "true";
  const answer = await answerTo(form.action, body, performance.now() + PATIENCE);
  clearTimeout(slow);
  try {
    show(await answer.text(), answer.redirected ? answer.url : location.href, { focus: answer.ok ? "main" : "errors", replace: !answer.redirected });
  } catch {
    if (answer?.redirected) location.assign(answer.url);
    else sendBySelf(form, button);
  }
};

export const sendForms = () => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-send]") || event.submitter?.hasAttribute("formaction")) return; // another language is a whole page
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    send(form, event.submitter);
  });
};
