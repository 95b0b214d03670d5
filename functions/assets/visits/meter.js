// How loud the microphone is, ten times a second.
import { audio } from "../shared/audio.js";

export class Meter {
  #source;
  #timer = 0;

  /** Tell how loud a track is, from 0 to 1; return whether there is a track that this browser can measure. */
  watch(track, tell) {
    this.stop();
    tell(0);
    const analyser = track && this.#analyser(track);
    if (!analyser) return false;
    const wave = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(wave);
      const power = wave.reduce((sum, value) => sum + value * value, 0) / wave.length;
      tell(Math.min(1, Math.sqrt(power) * 4));
    }, 100);
    return true;
  }

  #analyser(track) {
    try {
      const analyser = audio().createAnalyser();
      analyser.fftSize = 512;
      this.#source = audio().createMediaStreamSource(new MediaStream([track]));
      this.#source.connect(analyser);
      return analyser;
    } catch {
      return null; // no sound here, or a microphone that it cannot be measured by
    }
  }

  stop() {
    clearInterval(this.#timer);
    this.#source?.disconnect();
    this.#source = null;
  }
}
