// Fields with a link: selected at a click, and copied by a button, where the browser can.
export const copyLinks = (root = document) => {
  const words = document.querySelector("main")?.dataset.copied ?? "";
  const say = () => (document.getElementById("status").textContent = words);

  for (const field of root.querySelectorAll("[data-link]")) {
    field.addEventListener("focus", () => field.select());
    field.addEventListener("copy", say);
  }
  for (const button of root.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () => navigator.clipboard.writeText(field.value).then(say, () => field.focus()));
  }
};
