// Lists the messages that come from the booking pages, and from nowhere else; and shows one view or the other.
const from = document.currentScript.dataset.from;
const list = document.getElementById("messages");

addEventListener("message", ({ origin, data }) => {
  if (origin !== from) return;
  const line = document.createElement("li");
  line.textContent = JSON.stringify(data);
  list.append(line);
});

document.addEventListener("click", ({ target }) => {
  const { view } = target.dataset;
  if (view) document.getElementById("view").replaceChildren(document.getElementById(view).content.cloneNode(true));
});
