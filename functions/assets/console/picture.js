// Shows the picture that was chosen before it is sent, made smaller where it is too large to be kept or of another kind,
// and says at once where that can't be done.
const KEPT = /^image\/(png|jpeg|svg\+xml)$/;

const isOpaque = (paint, { width, height }) => {
  const { data } = paint.getImageData(0, 0, width, height);
  for (let at = 3; at < data.length; at += 4) if (data[at] < 255) return false;
  return true;
};

const painted = (image, side) => {
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const size = { width: Math.max(1, Math.round(image.width * scale)), height: Math.max(1, Math.round(image.height * scale)) };
  const canvas = Object.assign(document.createElement("canvas"), size);
  const paint = canvas.getContext("2d");
  paint.drawImage(image, 0, 0, size.width, size.height);
  return [canvas, isOpaque(paint, size) ? "image/jpeg" : "image/png"];
};

const smaller = async (file, side, most) => {
  const image = await createImageBitmap(file);
  for (let pixels = side; pixels > 60; pixels *= 0.75) {
    const [canvas, type] = painted(image, pixels);
    const blob = await new Promise((done) => canvas.toBlob(done, type, 0.82));
    if (blob.size <= most) return new File([blob], file.name, { type });
  }
  return file;
};

const fitting = async (input, { most, side, kinds }) => {
  const [file] = input.files;
  if (!file || (file.size <= most && (KEPT.test(file.type) || kinds?.includes(file.type)))) return file;
  const made = await smaller(file, Number(side), Number(most)).catch(() => file);
  if (made !== file) {
    const held = new DataTransfer();
    held.items.add(made);
    input.files = held.files;
  }
  return made;
};

const show = (form, file) => {
  const reader = new FileReader();
  reader.onload = () => {
    const shown = Object.assign(document.createElement("img"), { className: "mark large", alt: "", src: reader.result });
    form.querySelector(".mark").replaceWith(shown);
  };
  reader.readAsDataURL(file);
};

const check = async (form, input) => {
  const file = await fitting(input, form.dataset);
  const error = form.querySelector(".error");
  const isLarge = file?.size > form.dataset.most;
  error.hidden = !isLarge;
  input.toggleAttribute("aria-invalid", isLarge);
  error.querySelector("span").textContent = isLarge ? form.dataset.wrong : "";
  if (file && !isLarge) show(form, file);
};

export const checkPictures = () => {
  for (const form of document.querySelectorAll("form[data-picture]")) {
    form.addEventListener("change", ({ target }) => target.type === "file" && check(form, target));
  }
};
