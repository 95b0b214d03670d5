// Long lists of boxes: a field that keeps only those with the typed letters in sight. Ticked ones stay ticked.
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

const filter = (field) => {
  const wanted = plain(field.value.trim());
  const options = [...field.closest("fieldset").querySelectorAll(".options > .choice")];
  for (const one of options) one.hidden = !plain(one.textContent).includes(wanted);
  const count = options.filter((one) => !one.hidden).length;
  field.closest("fieldset").querySelector(".found").textContent = field.dataset.found.replace("{count}", count);
};

export const filterOptions = () => {
  const show = () => document.querySelectorAll("[data-filters]").forEach((one) => (one.parentElement.hidden = false));
  document.addEventListener("input", (event) => {
    show(); // a form that was rearranged has a fresh field
    if (event.target.matches("[data-filters]")) filter(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-filters]")) event.preventDefault();
  });
  show();
};
