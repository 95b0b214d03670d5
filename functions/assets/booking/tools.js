// Copies the link to a booking, and prints it: buttons that only scripts can serve, so they show themselves here.
export const showTools = () => document.querySelector(".tools[hidden]")?.removeAttribute("hidden");

const copy = async (button) => {
  const { href } = new URL(button.dataset.copy, location.href);
  try {
    await navigator.clipboard.writeText(href);
  } catch {
    return prompt(button.textContent.trim(), href);
  }
  const words = button.querySelector("span");
  words.textContent = document.getElementById("status").textContent = button.dataset.done;
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-print]");
  if (!button) return;
  if ("print" in button.dataset) print();
  else copy(button);
});
