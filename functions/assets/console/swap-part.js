// Forms of choices, such as for a link to share: a part of the page follows each choice without a button.
import { copyLinks } from "../shared/copy.js";
import { parsePage } from "../shared/parse.js";

const PAUSE = 350; // ms after the last key

const hideButtons = (root) => root.querySelectorAll("form[data-swap] button").forEach((button) => (button.hidden = true));

const follow = async (form) => {
  const id = form.dataset.swap;
  const url = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
  const fresh = parsePage(await (await fetch(url, { headers: { accept: "text/html" } })).text()).getElementById(id);
  if (!fresh) throw new Error("not the page");
  const { activeElement: at } = document;
  const [name, caret] = [at?.id, at?.selectionStart];
  document.getElementById(id).replaceWith(fresh);
  history.replaceState({}, "", url);
  hideButtons(fresh);
  copyLinks(fresh);
  const again = name && document.getElementById(name);
  again?.focus();
  if (again?.type === "text") again.setSelectionRange(caret, caret);
};

export const swapParts = () => {
  let late;
  hideButtons(document);
  document.addEventListener("input", ({ target }) => {
    const form = target.closest("form[data-swap]");
    if (!form) return;
    clearTimeout(late);
    late = setTimeout(() => follow(form).catch(() => form.submit()), target.type === "text" ? PAUSE : 0);
  });
};
