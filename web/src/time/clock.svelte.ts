/** What time it is, for "3 min ago": one ticking clock a page, set by the server's, since the device's may be wrong. */

class Clock {
  #now = $state(Date.now());
  #ahead = 0;

  /** The server's time, milliseconds; follows once a second where it is read while rendering. */
  get now(): number {
    return this.#now;
  }

  /** `serverNow` as the server said it, just now. */
  set(serverNow: string): void {
    const ahead = Date.parse(serverNow) - Date.now();
    // Less than a second is the way of the answer.
    this.#ahead = Math.abs(ahead) < 1000 ? 0 : ahead;
  }

  /** Answers how to stop. */
  start(): () => void {
    const timer = setInterval(() => {
      if (!document.hidden) this.#now = Date.now() + this.#ahead;
    }, 1000);
    return () => clearInterval(timer);
  }
}

export const clock = new Clock();
