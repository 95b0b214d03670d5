// Tells the page that frames this one what happened: names, ids and times, nothing personal, to one known origin.
const { parent: origin } = document.documentElement.dataset;
const tell = (event, payload = {}) => window.parent.postMessage({ event: `openslot.${event}`, payload }, origin);

const ANSWER = 500; // ms that the parent has to follow
const root = document.documentElement;
let height = 0;
let told;
let last = "";
let late;

export const tellParent = () => {
  const main = document.querySelector("main");
  if (!origin || window.parent === window || main === told) return;
  if (!told) {
    new ResizeObserver(measure).observe(root);
    addEventListener("resize", settle);
  }
  told = main;
  const { event = "", payload = "{}" } = main.dataset;
  if (event && event !== last) tell(event, JSON.parse(payload)); // another month is still the same step
  last = event;
};

// A pixel more than it takes: where pixels of the screen are no whole ones of the page, the frame may get less.
const measure = () => {
  const now = Math.ceil(root.getBoundingClientRect().height) + 1;
  if (now === height) return;
  tell("page_height", { height: `${(height = now)}px`, value: now });
  clearTimeout(late);
  late = setTimeout(settle, ANSWER);
};

// In a frame that follows, a scroll bar is of no use, and would change the width and so the height that was told.
const settle = () => (root.style.overflowY = innerHeight < height - 1 ? "" : "hidden");
