// The visitor's own time zone, where the address does not say one; and the list of all zones, once it is looked at.
import { go } from "./swap.js";
import { own } from "./zone-links.js";

export const settleZone = () => {
  const { zone } = document.querySelector("main").dataset;
  if (!zone || !own) return;
  const url = new URL(location);
  url.searchParams.set("tz", own);
  if (zone !== own) go(url.href, { replace: true });
};

const offset = (zone) => {
  try {
    const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(Date.now());
    const name = parts.find((part) => part.type === "timeZoneName").value;
    return ` (${name.replace("GMT", "UTC").replace("-", "−")})`;
  } catch {
    return ""; // a name that is newer than the browser
  }
};

export const fillZones = () => {
  const details = document.getElementById("zone");
  const fill = async () => {
    const cities = await (await fetch(details.dataset.zones)).json();
    const select = details.querySelector("select");
    const shown = select.querySelector("[selected]")?.value;
    const chosen = select.value;
    const others = [...select.options].filter(({ value }) => !(value in cities));
    const all = Object.entries(cities).map(([zone, city]) => new Option(city + offset(zone), zone, zone === shown, zone === chosen));
    const { compare } = new Intl.Collator(document.documentElement.lang);
    select.replaceChildren(...[...all, ...others].sort((one, other) => compare(one.text, other.text)));
    select.value = chosen;
  };
  details?.addEventListener("toggle", () => fill().catch(() => {}), { once: true }); // without it the short list stays
};
