// Setting a calendar up: tells the browser's time zone, and shows the page's address while the name is typed.
import "./console.js";

const PAUSE = 300; // milliseconds without typing

const zone = document.querySelector("[data-zone]");
if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

const form = document.querySelector("form[data-address]");
const suggest = async () => {
  const { name, slug } = form.elements;
  const url = new URL(form.dataset.address, location);
  url.searchParams.set("name", slug.value || name.value);
  const { address } = await (await fetch(url, { headers: { accept: "application/json" } })).json();
  slug.placeholder = address;
};
if (form) {
  let timer;
  form.elements.name.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => suggest().catch(() => {}), PAUSE); // without an answer the address stays to be made later
  });
}
