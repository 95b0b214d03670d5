// Placeholders go in where the cursor is: into the field that was used last, or the text of the email.
let last;

const put = (field, text) => {
  const at = text.indexOf("…");
  field.focus();
  field.setRangeText(text.replace("…", field.value.slice(field.selectionStart, field.selectionEnd) || "…"), field.selectionStart, field.selectionEnd, "end");
  if (at >= 0) field.setSelectionRange(field.selectionEnd - (text.length - at), field.selectionEnd - (text.length - at - 1));
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

export const insertNames = () => {
  const list = document.querySelector("[data-inserted]");
  if (!list) return;
  for (const one of list.querySelectorAll("[data-insert]")) one.hidden = false;
  document.addEventListener("focusin", ({ target }) => target.matches("#subject, #body, #sms") && (last = target));
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-insert]");
    if (!button) return;
    put(last?.isConnected ? last : document.getElementById("body"), button.dataset.insert);
    document.getElementById("status").textContent = list.dataset.inserted.replace("{name}", button.dataset.insert);
  });
};
