// Fields with a link: selected at a click, and copied by a button, where the browser can.
export const copyLinks = () => {
  const words = document.querySelector("main")?.dataset.copied ?? "";
  const say = () => (document.getElementById("status").textContent = words);

  for (const field of document.querySelectorAll("[data-link]")) {
    field.addEventListener("focus", () => field.select());
    field.addEventListener("copy", say);
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () => navigator.clipboard.writeText(field.value).then(say, () => field.focus()));
  }
};
