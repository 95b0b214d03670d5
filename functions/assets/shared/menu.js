// Closes an open menu on Escape and on a click elsewhere.
const close = (event) => {
  const menu = document.querySelector(".menu details[open], details.menu[open]");
  if (menu && (event.key === "Escape" || (event.type === "click" && !menu.contains(event.target)))) menu.open = false;
};

export const closeMenus = () => {
  document.addEventListener("keydown", close);
  document.addEventListener("click", close);
};
