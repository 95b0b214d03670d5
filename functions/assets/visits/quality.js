// How good a connection is, from what the browser counts: how long an answer takes, and how much gets lost.
const [ROUND_TRIP, LOSS] = [[0.3, 0.8], [0.03, 0.1]]; // seconds, and a part of all packets: from here on weak, and poor
const LEVELS = ["good", "weak", "poor"];

const level = (value, [weak, poor]) => (value > poor ? 2 : value > weak ? 1 : 0);

export class Quality {
  #last = new WeakMap();

  /** Return "good", "weak" or "poor", by the worst connection since the last time; nothing while none stands. */
  async of(connections) {
    const standing = connections.filter((one) => one.connectionState === "connected");
    const found = await Promise.all(standing.map((one) => this.#measure(one)));
    return found.length ? LEVELS[Math.max(...found)] : "";
  }

  async #measure(connection) {
    const now = { lost: 0, received: 0 };
    let seconds = 0;
    (await connection.getStats()).forEach((one) => {
      if (one.type === "candidate-pair" && one.nominated) seconds = Math.max(seconds, one.currentRoundTripTime ?? 0);
      if (one.type !== "inbound-rtp") return;
      now.lost += Math.max(0, one.packetsLost ?? 0);
      now.received += one.packetsReceived ?? 0;
    });
    const before = this.#last.get(connection) ?? now;
    this.#last.set(connection, now);
    const [lost, received] = [now.lost - before.lost, now.received - before.received];
    return Math.max(level(seconds, ROUND_TRIP), level(lost > 0 ? lost / (lost + received) : 0, LOSS));
  }
}
