/** Whether a kind's absence from the cache means anything, over all the streams that watch it; and when all of it is settled. */
import type { KindKnowledge } from '../model/slim-object.ts';

type ScopeKnowledge = Exclude<KindKnowledge, 'not-watched'>;

export class KindProgress {
  readonly #tell: (kind: string, knowledge: KindKnowledge) => void;
  readonly #scopes = new Map<number, ScopeKnowledge>();
  readonly #settle: () => void;
  /** Resolves once every stream of the kind has synced or was denied. */
  readonly settled: Promise<void>;

  /** A custom resource goes by its configured name until the server has said its kind. */
  kind: string;

  constructor(kind: string, tell: (kind: string, knowledge: KindKnowledge) => void) {
    this.kind = kind;
    this.#tell = tell;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.settled = promise;
    this.#settle = resolve;
  }

  absent(): void {
    this.#tell(this.kind, 'not-watched');
    this.#settle();
  }

  set(scope: number, knowledge: ScopeKnowledge): void {
    if (this.#scopes.get(scope) === knowledge) return;
    this.#scopes.set(scope, knowledge);
    const all = [...this.#scopes.values()];
    this.#tell(this.kind, all.includes('denied') ? 'denied' : all.includes('syncing') ? 'syncing' : 'synced');
    if (!all.includes('syncing')) this.#settle();
  }
}
