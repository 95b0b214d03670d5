// What was typed into the form while another page is shown, in memory alone: back, to another time, and on to the form.
const typed = new Map();
const form = () => document.querySelector("form#typed[data-send]");
const controls = () => [...(form()?.elements ?? [])].filter((one) => one.name && one.type !== "hidden" && one.autocomplete !== "one-time-code");
const isTick = (one) => one.type === "checkbox" || one.type === "radio";

export const keepTyped = () => {
  for (const one of controls()) {
    if (!isTick(one) || one.checked) typed.set(one.name, one.value);
    else if (one.type === "checkbox") typed.delete(one.name);
  }
};

export const putTyped = () => {
  for (const one of controls()) {
    if (!typed.has(one.name)) continue;
    if (isTick(one)) one.checked = typed.get(one.name) === one.value;
    else one.value = typed.get(one.name);
  }
};

export const forgetTyped = () => typed.clear();
