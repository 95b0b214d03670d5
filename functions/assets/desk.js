// The page of one appointment: a button beside each link copies it.
const words = document.querySelector("main").dataset.copied;
const status = document.getElementById("status");

for (const field of document.querySelectorAll("[data-link]")) {
  field.addEventListener("focus", () => field.select());
  field.addEventListener("copy", () => (status.textContent = words));
}
if (location.hash === "#link") document.getElementById("link")?.focus();
