// Lists the messages that come from the booking pages, and from nowhere else.
const from = document.currentScript.dataset.from;
const list = document.getElementById("messages");

addEventListener("message", ({ origin, data }) => {
  if (origin !== from) return;
  const line = document.createElement("li");
  line.textContent = JSON.stringify(data);
  list.append(line);
});
