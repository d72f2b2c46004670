/** Which cluster a sender means: one that is watched, by uid or name; else one that is stored under that name; else a new one of that name. */
import type { IntakeSender } from '../../api/ports.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { History } from '../../model/ports/history.ts';
import type { KindKnowledge } from '../../model/slim-object.ts';

export interface ClusterNamesParts {
  /** As configured, whether or not they were reached. */
  readonly configured: readonly string[];
  /** Those that were reached. */
  readonly watched: () => readonly ClusterRef[];
  readonly knowledge: (clusterUid: string, kind: string) => KindKnowledge;
  /** Where what names none belongs, when several are watched. */
  readonly usual: string | undefined;
  readonly history: Pick<History, 'namespaces'>;
  readonly clock: Clock;
}

/** While it starts, a watched cluster has no uid yet and no owners: what came before them would be told as another problem. */
const STARTS_WITHIN_MS = 60_000;
/**
 * New names since the start, since each has series of metrics of its own: of one sender, so that none takes the room of another; of all,
 * since some kinds of senders are made as easily as names. Names that a grant spells out need no room.
 */
export const MOST_OF_ONE = 100;
const MOST_OF_ALL = 1000;
const OWNERS = ['Pod', 'ReplicaSet', 'Deployment'];
const NOWHERE = 'unassigned';
const ELSEWHERE: ClusterRef = { uid: NOWHERE, name: NOWHERE };

/** Of one request. */
export interface Naming {
  readonly clusterOf: (name: string) => ClusterRef;
  /** A cluster that was named and is not read yet: the request is to come again. */
  readonly waitsFor: () => string | null;
  /** How many names there was no room for: what names them is kept under a cluster that stands for nobody's. */
  readonly beyond: () => number;
  /** These names are remembered. Those of which nothing is kept are not: whoever may report nothing about them could use up the room. */
  readonly remember: (clusters: Iterable<ClusterRef>) => void;
  /** Where what is dropped is counted: under its cluster, unless nobody knows it. */
  readonly countedAt: (cluster: ClusterRef) => ClusterRef;
}

export class ClusterNames {
  readonly #parts: ClusterNamesParts;
  readonly #startedAt: number;
  /** Uids of clusters that something is stored of, by uid and name. */
  #stored: ReadonlyMap<string, string> | null = null;
  /** Those that came since, and how many each sender brought. */
  readonly #brought = new Set<string>();
  readonly #broughtBy = new Map<string, number>();

  constructor(parts: ClusterNamesParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
  }

  /** Throws `StoreUnavailable`. */
  async begin(sender: IntakeSender): Promise<Naming> {
    const stored = (this.#stored ??= await this.#read());
    const fresh = new Set<string>();
    const beyond = new Set<string>();
    let waitsFor: string | null = null;
    const other = (name: string): ClusterRef => {
      if (name === NOWHERE) return ELSEWHERE;
      const known = stored.get(name);
      if (known !== undefined) return { uid: known, name };
      if (this.#brought.has(name) || fresh.has(name) || isSpeltOut(name, sender)) return { uid: name, name };
      if (!this.#hasRoom(sender, fresh.size)) {
        beyond.add(name);
        return ELSEWHERE;
      }
      fresh.add(name);
      return { uid: name, name };
    };
    return {
      waitsFor: () => waitsFor,
      beyond: () => beyond.size,
      remember: (clusters) => {
        for (const { name } of clusters) if (fresh.has(name)) this.#remember(name, sender);
      },
      countedAt: (cluster) => (fresh.has(cluster.name) && !this.#brought.has(cluster.name) ? ELSEWHERE : cluster),
      clusterOf: (name) => {
        const meant = name === '' ? this.#usual() : name;
        const watched = this.#parts.watched().find((cluster) => cluster.uid === meant || cluster.name === meant);
        if (this.#starts(meant, watched)) waitsFor = meant;
        return watched ?? other(meant);
      },
    };
  }

  #hasRoom({ id }: IntakeSender, more = 0): boolean {
    const own = this.#broughtBy.get(id) ?? 0;
    return own + more < MOST_OF_ONE && this.#brought.size + more < MOST_OF_ALL;
  }

  #usual(): string {
    const { configured, usual } = this.#parts;
    const [only] = configured;
    return usual ?? (configured.length === 1 && only !== undefined ? only : NOWHERE);
  }

  #starts(name: string, watched: ClusterRef | undefined): boolean {
    const { clock, configured, knowledge } = this.#parts;
    if (clock.now() - this.#startedAt >= STARTS_WITHIN_MS) return false;
    if (watched === undefined) return configured.includes(name);
    return OWNERS.some((kind) => ['syncing', 'not-watched'].includes(knowledge(watched.uid, kind)));
  }

  /** Requests run side by side: there may be no room any more, and what was named keeps its name all the same. */
  #remember(name: string, sender: IntakeSender): void {
    if (this.#brought.has(name) || !this.#hasRoom(sender)) return;
    this.#brought.add(name);
    this.#broughtBy.set(sender.id, (this.#broughtBy.get(sender.id) ?? 0) + 1);
  }

  async #read(): Promise<Map<string, string>> {
    const stored = await this.#parts.history.namespaces();
    return new Map(
      stored.flatMap(({ cluster, clusterName }) => [
        [cluster, cluster],
        [clusterName, cluster],
      ]),
    );
  }
}

/** By a person who gave the sender its role: their names are few. */
function isSpeltOut(name: string, { scope }: IntakeSender): boolean {
  return scope !== 'everything' && scope.some(({ cluster }) => cluster === name);
}
