/** Whom a mail has reached while others have to wait: the next try must not tell the same person twice. */

/** Notices that are remembered; a restart, or more than these, costs a second copy with the same Message-ID. */
const MOST = 1000;

export class Reached {
  readonly #byNotice = new Map<string, ReadonlySet<string>>();

  missing(noticeId: string, recipients: readonly string[]): readonly string[] {
    const reached = this.#byNotice.get(noticeId);
    const missing = recipients.filter((recipient) => reached?.has(recipient) !== true);
    // All of them: somebody asked for another copy.
    return missing.length === 0 ? recipients : missing;
  }

  remember(noticeId: string, recipients: readonly string[]): void {
    const before = this.#byNotice.get(noticeId) ?? [];
    this.#byNotice.delete(noticeId);
    this.#byNotice.set(noticeId, new Set([...before, ...recipients]));
    const [oldest] = this.#byNotice.keys();
    if (this.#byNotice.size > MOST && oldest !== undefined) this.#byNotice.delete(oldest);
  }

  forget(noticeId: string): void {
    this.#byNotice.delete(noticeId);
  }
}
