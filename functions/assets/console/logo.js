// Shows the picture that was chosen before it is sent, and says at once where it is too large.
export const checkLogos = () => {
  const form = document.querySelector("form[data-logo]");
  form?.addEventListener("change", ({ target }) => {
    const [file] = target.files;
    const error = form.querySelector(".error");
    const isLarge = file?.size > form.dataset.most;
    error.hidden = !isLarge;
    target.toggleAttribute("aria-invalid", isLarge);
    error.querySelector("span").textContent = isLarge ? form.dataset.wrong : "";
    if (!file || isLarge) return;
    const reader = new FileReader();
    reader.onload = () => {
      const shown = Object.assign(document.createElement("img"), { className: "mark large", alt: "", src: reader.result });
      form.querySelector(".mark").replaceWith(shown);
    };
    reader.readAsDataURL(file);
  });
};
