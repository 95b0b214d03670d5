// What the page is, the words it may say, and the parts that it shows one at a time.
export const root = document.getElementById("visit");
export const side = root?.dataset.side;
const texts = root ? JSON.parse(root.dataset.words) : {};

export const find = (id) => document.getElementById(id);
export const words = (name, values = {}) => texts[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

/** Tell whether this browser can connect to others, where the visit is held in our own room. */
export const canMeet = () => Boolean(globalThis.RTCPeerConnection) || "elsewhere" in root.dataset;

/** Tell whoever listens rather than looks. */
export const announce = (text) => (find("status").textContent = text);

export const show = (parts) => {
  for (const id of ["door", "lobby", "room", "desk", "over"]) {
    const part = find(id);
    if (part) part.hidden = !parts.includes(id);
  }
  root.dataset.view = parts.at(-1);
};

/** Show that it is over, and why, with the ways on that this leaves. */
export const showOver = (why) => {
  const title = find("over-title");
  title.textContent = title.dataset[why] ?? title.dataset.left;
  for (const part of find("over").querySelectorAll("[data-why]")) part.hidden = !part.dataset.why.split(" ").includes(why);
  show(["over"]);
  title.focus();
};

export const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const pad = (number) => String(number).padStart(2, "0");
  return `${hours ? `${hours}:` : ""}${pad(minutes)}:${pad(whole % 60)}`;
};

/** An element: el("button", {class: "x", onclick}, "text", child). */
export const el = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
};
