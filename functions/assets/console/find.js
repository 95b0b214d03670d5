// The search of the console: "/" leads to it, places are listed as one types, arrows choose, and Enter opens.
const TYPING = "input, textarea, select, [contenteditable]";
const PAUSE = 120; // milliseconds without a key before it asks

const optionOf = (place, index) => {
  const option = document.createElement("li");
  const [name, kind] = [document.createElement("bdi"), document.createElement("span")];
  Object.assign(option, { id: `find-${index}`, role: "option" });
  option.dataset.href = place.href;
  name.textContent = place.label;
  kind.textContent = place.kind;
  option.append(name, " ", kind);
  return option;
};

const combobox = (input) => {
  const list = document.createElement("ul");
  Object.assign(list, { id: "find-list", role: "listbox", className: "places-found", hidden: true, ariaLabel: input.labels[0].textContent });
  input.after(list);
  Object.assign(input, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
  input.setAttribute("aria-controls", list.id);
  const status = document.getElementById("status");
  const known = new Map();
  let timer = 0;
  let at = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const choose = (index) => {
    at = index;
    options().forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", `find-${at}`);
    options()[at].scrollIntoView({ block: "nearest" });
  };
  const open = (isOpen) => {
    list.hidden = !isOpen;
    input.ariaExpanded = String(isOpen);
    if (!isOpen) choose(-1);
  };
  const show = (places) => {
    const none = document.createElement("li");
    Object.assign(none, { role: "presentation", className: "muted", textContent: input.dataset.none });
    list.replaceChildren(...(places.length ? places.map(optionOf) : [none]));
    status.textContent = places.length ? input.dataset.found.replace("{count}", places.length) : input.dataset.none;
    open(true);
    choose(places.length ? 0 : -1);
  };
  const ask = async () => {
    const wanted = input.value.trim();
    if (!wanted) return open(false);
    if (!known.has(wanted)) {
      const query = new URLSearchParams(new FormData(input.form));
      const response = await fetch(`${input.form.action}?${query}`, { headers: { accept: "application/json" } });
      if (!response.ok) return open(false); // Enter still leads to the page with what is found
      known.set(wanted, (await response.json()).found);
    }
    if (wanted === input.value.trim() && document.activeElement === input) show(known.get(wanted));
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask().catch(() => open(false)), PAUSE);
  };

  input.addEventListener("input", soon);
  input.addEventListener("focus", () => input.value.trim() && soon());
  input.addEventListener("blur", () => open(false));
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !list.hidden) open(false);
    else if (event.key === "Enter" && at >= 0) location.assign(options()[at].dataset.href);
    else if (step && list.hidden) soon();
    else if (step && count) choose((at + step + count) % count);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.href);
  });
};

export const findPlaces = () => {
  const input = document.querySelector("[data-search]");
  if (!input) return;
  combobox(input);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    event.preventDefault();
    input.select();
    input.focus();
  });
};
