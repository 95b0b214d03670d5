// Sends a form with its idempotency key again while the server is busy, for up to 20 s; then the browser sends it.
import { show } from "./swap.js";

const PATIENCE = 20_000;
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

const answerTo = async (url, body, until) => {
  for (let pause = 400; ; pause = Math.min(pause * 2, 4000)) {
    const answer = await fetch(url, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => null);
    if (answer && answer.status !== 503 && answer.status !== 408) return answer;
    if (performance.now() + pause > until) return null;
    await wait(pause * (0.5 + Math.random()));
  }
};

const sendBySelf = (form, button) => {
  if (button.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
  form.submit();
};

const send = async (form, button) => {
  const body = new URLSearchParams(new FormData(form, button));
  const slow = setTimeout(() => (document.getElementById("status").textContent = button.dataset.busy ?? ""), 2500);
  button.ariaBusy = "true";
  const answer = await answerTo(form.action, body, performance.now() + PATIENCE);
  clearTimeout(slow);
  if (!answer) return sendBySelf(form, button);
  try {
    show(await answer.text(), answer.redirected ? answer.url : location.href, { focus: answer.ok ? "main" : "errors", replace: !answer.redirected });
  } catch {
    location.assign(answer.url);
  }
};

export const sendForms = () => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-send]")) return;
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    send(form, event.submitter);
  });
};
