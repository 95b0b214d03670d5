// How loud the microphone is, ten times a second.
export class Meter {
  #context;
  #source;
  #timer = 0;

  watch(track, tell) {
    this.stop();
    if (!track) return tell(0);
    this.#context ??= new AudioContext();
    this.#context.resume();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 512;
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(analyser);
    const wave = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(wave);
      const power = wave.reduce((sum, value) => sum + value * value, 0) / wave.length;
      tell(Math.min(1, Math.sqrt(power) * 4));
    }, 100);
  }

  stop() {
    clearInterval(this.#timer);
    this.#source?.disconnect();
  }
}
