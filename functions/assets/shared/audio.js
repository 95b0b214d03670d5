// The one audio context of a page. A browser may have none, or refuse it: then a page goes on without sound.
let context;

/** Return it, awake where the browser lets it be (after a click), or null. */
export const audio = () => {
  try {
    context ??= new AudioContext();
    context.resume().catch(() => {});
  } catch {
    context = null;
  }
  return context;
};

/** Sound a tone from `delay` seconds on: it rises within `rise`, and has faded after `length`. */
export const tone = (frequency, { delay = 0, rise = 0, length = 0.5, volume = 0.2 } = {}) => {
  if (!context || navigator.userActivation?.hasBeenActive === false) return; // it would be saved up until a click
  const [source, gain] = [context.createOscillator(), context.createGain()];
  const start = context.currentTime + delay;
  source.frequency.value = frequency;
  gain.gain.setValueAtTime(rise ? 0 : volume, start);
  gain.gain.linearRampToValueAtTime(volume, start + rise);
  gain.gain.exponentialRampToValueAtTime(0.001, start + length);
  source.connect(gain).connect(context.destination);
  source.start(start);
  source.stop(start + length);
};
