// Says that a form is not saved, and asks before a page with such a form is left.
let leaving = false;

const changed = () => document.querySelector("form[data-guard][data-changed]");

export const markChanged = (form) => {
  if (!form?.matches("[data-guard]")) return;
  form.dataset.changed = "";
  const status = form.querySelector(".save-bar .sending");
  if (status) status.textContent = status.dataset.unsaved;
};

export const guardForms = () => {
  document.addEventListener("input", ({ target }) => target.matches("[data-view]") || markChanged(target.form));
  document.addEventListener("submit", ({ target, submitter }) => (leaving = target === changed() && !submitter?.formTarget));
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed() && !leaving) event.preventDefault();
  });
  if (changed()) markChanged(changed());
};
