// A short sound when somebody comes: off until it is turned on, and remembered.
const REMEMBERED = "openslot-queue-sound";
const [HIGH, LENGTH, LOUD] = [740, 0.35, 0.2];

const remembered = () => {
  try {
    return localStorage.getItem(REMEMBERED) === "on";
  } catch {
    return false;
  }
};

const remember = (on) => {
  try {
    localStorage.setItem(REMEMBERED, on ? "on" : "off");
  } catch {
    // a browser that keeps nothing keeps it off
  }
};

export const sounds = (button) => {
  let context;
  const show = (on) => button.setAttribute("aria-pressed", String(on));

  const play = () => {
    if (button.getAttribute("aria-pressed") !== "true") return;
    context ??= new AudioContext();
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = HIGH;
    volume.gain.setValueAtTime(LOUD, context.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + LENGTH);
    tone.connect(volume).connect(context.destination);
    tone.start();
    tone.stop(context.currentTime + LENGTH);
  };

  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    show(on);
    remember(on);
    play();
  });
  button.hidden = false;
  show(remembered());
  return play;
};
