// The visitor's own time zone, where the address does not say one; and the full list of zones to choose from.
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
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts();
  return parts.find((part) => part.type === "timeZoneName").value.replace("GMT", "UTC").replace("-", "−");
};

export const fillZones = () => {
  const details = document.getElementById("zone");
  details?.addEventListener("toggle", () => {
    const select = details.querySelector("select");
    const chosen = select.value;
    const zones = new Set([...Intl.supportedValuesOf("timeZone"), ...[...select.options].map((option) => option.value)]);
    select.replaceChildren(
      ...[...zones].sort().map((zone) => new Option(`${zone.replaceAll("_", " ")} (${offset(zone)})`, zone, false, zone === chosen)),
    );
  }, { once: true });
};
