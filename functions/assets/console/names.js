// What appointments and gaps of the staff calendar are called, where a page of hundreds leaves it to the script.
const UNNAMED = ":is(.column li > a, .days li > a, .days a.gap):not([aria-label])";

const formats = new Map(); // one takes as long to make as a hundred times to say

const formatOf = (zone, region) => {
  const key = `${zone} ${region}`;
  const format = region ? { timeStyle: "short" } : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(region || "en-GB", { ...format, timeZone: zone }));
  return formats.get(key);
};

/** Return the time of a row of the grid, by the clock of the calendar; in the reader's format, or as HH:MM. */
export const timeAt = (column, row, region) => {
  const moment = new Date((Number(column.dataset.start) + (row - 1) * 5) * 60_000);
  return formatOf(column.closest(".grid").dataset.zone, region).format(moment);
};

/** Return the number that follows a letter in the classes of a cell: its row, or how many rows it has. */
export const number = (element, letter) => Number(new RegExp(`\\b${letter}(\\d+)\\b`).exec(element?.className)?.[1] ?? 0);

const spanOf = (link, column) => {
  const [row, size] = [number(link.parentElement, "r"), number(link.parentElement, "s")];
  return `${link.dataset.time} – ${timeAt(column, row + size, column.closest(".grid").dataset.region)}`;
};

const nameOf = (link, shown) => {
  const [column, cell] = [link.closest(".column"), link.closest("td")];
  const day = column ? document.getElementById("heading").textContent : cell.dataset.day;
  const item = link.closest("li");
  if (!item?.matches(".visit")) {
    const person = column?.querySelector("h2 > a") ?? link.closest("tr").querySelector("th a");
    return [link.textContent, person?.textContent, day];
  }
  const [who, status] = [link.firstChild.textContent.trim(), link.querySelector("i")?.textContent];
  const time = column ? spanOf(link, column) : link.dataset.time;
  return [who, status, link.dataset.what, time, !item.matches(".told") && shown.dataset.booked, day];
};

/** Say of each link what it leads to, on which day, at what time; it begins with what is seen. */
export const nameAll = (shown) => {
  for (const link of shown.querySelectorAll(UNNAMED)) {
    link.setAttribute("aria-label", nameOf(link, shown).filter(Boolean).join(", "));
    link.removeAttribute("data-what"); // which says it without scripts, by text that is drawn
  }
};
