// Getting the attention of somebody who waits: a chime, the title, the screen kept awake.
let context;
let lock;
let title = "";

/** Sound may only be made after a click: prepare it in one. */
export const prepareSound = () => {
  context ??= new AudioContext();
  context.resume();
};

export const chime = () => {
  if (!context) return;
  [0, 0.22].forEach((delay, number) => {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + delay;
    tone.frequency.value = number ? 880 : 659;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.2, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.5);
  });
};

/** Put a few words before the page's title; none takes them away. */
export const mark = (words) => {
  title ||= document.title;
  document.title = words ? `● ${words} – ${title}` : title;
};

export const stayAwake = async () => {
  try {
    lock = await navigator.wakeLock?.request("screen");
  } catch {
    lock = null; // the battery is low, or the page is hidden
  }
};

export const letSleep = () => lock?.release();

document.addEventListener("visibilitychange", () => !document.hidden && lock?.released && stayAwake());
