/** Says once in a while why a cluster cannot be asked about tokens, with what mends it: each request would say it otherwise. */
import type { KubeFailure } from '../../kube/answer.ts';
import { reviewAdvice } from '../../kube/rbac-advice.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Clock, Logger } from '../../model/ports/process.ts';

const EVERY_MS = 300_000;

export type Review = 'TokenReview' | 'SubjectAccessReview';

export class Complaints {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #logger: Logger;
  readonly #toldAt = new Map<string, number>();

  constructor(clock: Pick<Clock, 'now'>, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  failed({ uid, name }: ClusterRef, review: Review, { kind, code, message }: KubeFailure): void {
    if (!this.#isDue(`${uid} ${review} ${kind} ${code}`)) return;
    const fields = { cluster: name, review, failure: kind, code, why: message };
    if (code !== 403) return this.#logger.warn(fields, 'Kubernetes tokens cannot be checked');
    this.#logger.warn(
      { ...fields, mend: reviewAdvice(message) },
      `Kubernetes tokens grant nothing: Tattle may not create ${review}s`,
    );
  }

  unshowable({ uid, name }: ClusterRef): void {
    if (!this.#isDue(`${uid} user name`)) return;
    this.#logger.warn({ cluster: name }, 'a token was refused: its user name is too long or cannot be shown as text');
  }

  leftOut({ uid, name }: ClusterRef, leftOut: number): void {
    if (!this.#isDue(`${uid} namespaces`)) return;
    this.#logger.warn(
      { cluster: name, leftOut },
      'too many namespaces to ask about one by one: a permission in all namespaces shows the others, too',
    );
  }

  /** Clusters, reviews and codes are few: so are the keys. */
  #isDue(key: string): boolean {
    const now = this.#clock.now();
    const last = this.#toldAt.get(key);
    if (last !== undefined && now >= last && now < last + EVERY_MS) return false;
    this.#toldAt.set(key, now);
    return true;
  }
}
