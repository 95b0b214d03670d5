// The page of a waiting room that is not open yet: it counts down by the server's clock, and opens by itself.
import { clock, find } from "./page.js";

const DAY = 86_400;
const GRACE = 1000; // a clock that is read in whole seconds is behind by up to one

const said = (seconds) =>
  seconds < DAY
    ? clock(Math.ceil(seconds))
    : new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" }).format(Math.floor(seconds / DAY), "day");

export const countDown = () => {
  const count = find("countdown");
  if (!count) return;
  const ahead = new Date(count.dataset.now) - Date.now();
  const opens = new Date(count.dataset.opens);
  count.parentElement.hidden = false;
  const tick = () => {
    const left = opens - Date.now() - ahead;
    if (left < -GRACE) {
      clearInterval(timer);
      location.reload();
    }
    count.textContent = said(Math.max(0, left / 1000));
  };
  const timer = setInterval(tick, 1000);
  tick();
};
