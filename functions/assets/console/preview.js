// Lets the preview follow a form: it is sent to the preview's frame a moment after the last change. A code that is typed
// is chosen, and the note on how well a colour reads comes with the preview.
const PAUSE = 350; // ms after the last key

const choose = (target) => {
  if (target.id.endsWith("-own")) target.form.querySelector(`[name=${target.id.slice(0, -4)}][value=own]`).checked = true;
};

export const followPreview = () => {
  const button = document.querySelector("[data-preview]");
  if (!button) return;
  const frame = document.getElementsByName(button.formTarget)[0];
  let late;
  let top = 0;
  button.hidden = true;
  document.addEventListener("input", ({ target }) => {
    if (target.form !== button.form) return;
    choose(target);
    clearTimeout(late);
    late = setTimeout(() => {
      top = frame.contentWindow.scrollY;
      button.form.requestSubmit(button);
    }, PAUSE);
  });
  frame.addEventListener("load", () => {
    frame.contentWindow.scrollTo(0, top);
    const note = frame.contentDocument.documentElement.dataset.note;
    const hint = document.getElementById("accent-hint");
    if (hint && note && hint.textContent !== note) document.getElementById("status").textContent = hint.textContent = note;
  });
};
