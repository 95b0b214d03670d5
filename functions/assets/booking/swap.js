// Fetches the page behind a link and puts its <main> in place of this one's; on any trouble the browser navigates.
let newest = 0;
let shown = "";
let whenArrived = () => {};

const here = () => location.pathname + location.search;

export const show = (html, url, { focus, replace, push = true } = {}) => {
  const next = new DOMParser().parseFromString(html, "text/html");
  const main = next.querySelector("main");
  if (!main) throw new Error("not a page");
  document.querySelector("main").replaceWith(main);
  document.querySelector(".top nav")?.replaceWith(next.querySelector(".top nav") ?? "");
  document.title = next.title;
  if (push) history[replace ? "replaceState" : "pushState"]({}, "", url);
  shown = here();
  whenArrived();
  if (focus) settle(focus);
  document.getElementById("status").textContent = main.dataset.status ?? "";
};

const settle = (id) => {
  const main = document.querySelector("main");
  const target = (id !== "main" && document.getElementById(id)) || main.querySelector("[autofocus]") || main.querySelector("h1[tabindex]") || main;
  target.focus({ preventScroll: true });
  const { top, bottom } = target.getBoundingClientRect();
  if (id === "main") scrollTo(0, 0);
  else if (top < 0 || bottom > innerHeight - 80) target.scrollIntoView({ block: "start" });
};

export const go = async (url, options = {}) => {
  const mine = ++newest;
  document.querySelector("main").classList.add("busy");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    const html = await answer.text();
    if (mine !== newest) return;
    if (!answer.ok) throw new Error(answer.status);
    show(html, answer.url, options);
  } catch {
    if (mine === newest) location.assign(url);
  }
};

const isPlain = (event) => !(event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

export const followLinks = (arrive) => {
  whenArrived = arrive;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap][href]");
    if (!link || !isPlain(event)) return;
    event.preventDefault();
    go(link.href, { focus: link.dataset.swap });
  });
  const ask = (form) => {
    const values = [...new FormData(form)].filter(([, value]) => value);
    const url = new URL(form.action);
    url.search = new URLSearchParams(values);
    go(url.href, { focus: form.dataset.swap });
  };
  document.addEventListener("change", (event) => event.target.matches("form[data-swap] select") && ask(event.target.form));
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-swap]")) return;
    event.preventDefault();
    ask(event.target);
  });
  shown = here();
  addEventListener("popstate", () => {
    if (here() !== shown) return go(location.href, { push: false });
    newest += 1; // a leap within the page, or back from one that did not come: what is typed stays
    document.querySelector("main").classList.remove("busy");
  });
};
