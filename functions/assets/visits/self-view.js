// One's own picture over the others': in one of four corners, by pointer or by button, or not at all.
import { find } from "./page.js";

const CORNERS = ["bottom right", "bottom left", "top left", "top right"];
const FAR = 8; // pixels that a pointer moves before it is no press

export const arrangeSelfView = () => {
  const tiles = find("tiles");
  const put = (corner) => (tiles.dataset.corner = CORNERS[(corner + CORNERS.length) % CORNERS.length]);
  put(document.documentElement.dir === "rtl" ? 1 : 0); // across from the other's name
  find("move-me").addEventListener("click", () => put(CORNERS.indexOf(tiles.dataset.corner) + 1));
  find("hide-me").addEventListener("click", ({ currentTarget }) => {
    const isHidden = tiles.classList.toggle("without-me");
    currentTarget.ariaPressed = String(isHidden);
    find("move-me").hidden = isHidden;
  });
  tiles.addEventListener("pointerdown", (event) => {
    const mine = event.target.closest(".tile.mine");
    if (mine && tiles.childElementCount > 1) drag(mine, event, put);
  });
};

const drag = (mine, start, put) => {
  const far = ({ clientX, clientY }) => Math.hypot(clientX - start.clientX, clientY - start.clientY) > FAR;
  const move = (event) => {
    if (far(event)) mine.style.translate = `${event.clientX - start.clientX}px ${event.clientY - start.clientY}px`;
  };
  const drop = (event) => {
    mine.removeEventListener("pointermove", move);
    mine.style.translate = "";
    if (event.type === "pointerup" && far(event)) put(nearest(event));
  };
  mine.setPointerCapture(start.pointerId);
  mine.addEventListener("pointermove", move);
  for (const end of ["pointerup", "pointercancel"]) mine.addEventListener(end, drop, { once: true });
};

const nearest = ({ clientX, clientY }) => {
  const { left, top, width, height } = find("tiles").getBoundingClientRect();
  const [side, end] = [clientX < left + width / 2 ? "left" : "right", clientY < top + height / 2 ? "top" : "bottom"];
  return CORNERS.indexOf(`${end} ${side}`);
};
