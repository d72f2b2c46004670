/** Which cluster a sender means: one that is watched, by uid or name; else one that is stored under that name; else a new one of that name. */
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Clock, History } from '../../model/ports.ts';
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
/** Each has series of metrics of its own. */
const MOST_UNWATCHED = 200;
const OWNERS = ['Pod', 'ReplicaSet', 'Deployment'];
const NOWHERE = 'unassigned';
const ELSEWHERE: ClusterRef = { uid: NOWHERE, name: NOWHERE };

/** Of one request. */
export interface Naming {
  readonly clusterOf: (name: string) => ClusterRef;
  /** A cluster that was named and is not read yet: the request is to come again. */
  readonly waitsFor: () => string | null;
  /** These names are remembered. Those of which nothing is kept are not: whoever may report nothing about them could use up the room. */
  readonly remember: (clusters: Iterable<ClusterRef>) => void;
  /** Where what is dropped is counted: under its cluster, unless nobody knows it. */
  readonly countedAt: (cluster: ClusterRef) => ClusterRef;
}

export class ClusterNames {
  readonly #parts: ClusterNamesParts;
  readonly #startedAt: number;
  /** Uids of clusters that are not watched, by name. */
  #unwatched: Map<string, string> | null = null;

  constructor(parts: ClusterNamesParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
  }

  /** Throws `StoreUnavailable`. */
  async begin(): Promise<Naming> {
    const unwatched = (this.#unwatched ??= await this.#stored());
    const fresh = new Map<string, string>();
    let waitsFor: string | null = null;
    return {
      waitsFor: () => waitsFor,
      remember: (clusters) => {
        for (const { uid, name } of clusters) if (fresh.get(name) === uid) this.#remember(name, unwatched);
      },
      countedAt: (cluster) => (fresh.has(cluster.name) && !unwatched.has(cluster.name) ? ELSEWHERE : cluster),
      clusterOf: (name) => {
        const meant = name === '' ? this.#usual() : name;
        const watched = this.#parts.watched().find((cluster) => cluster.uid === meant || cluster.name === meant);
        if (this.#starts(meant, watched)) waitsFor = meant;
        return watched ?? otherCluster(meant, unwatched, fresh);
      },
    };
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
  #remember(name: string, unwatched: Map<string, string>): void {
    if (unwatched.size < MOST_UNWATCHED) unwatched.set(name, name);
  }

  async #stored(): Promise<Map<string, string>> {
    const stored = await this.#parts.history.namespaces();
    return new Map(
      stored.flatMap(({ cluster, clusterName }) => [
        [cluster, cluster],
        [clusterName, cluster],
      ]),
    );
  }
}

function otherCluster(name: string, unwatched: ReadonlyMap<string, string>, fresh: Map<string, string>): ClusterRef {
  const uid = unwatched.get(name) ?? fresh.get(name);
  if (uid !== undefined) return { uid, name };
  // Its name stays in its labels.
  if (unwatched.size + fresh.size >= MOST_UNWATCHED) return ELSEWHERE;
  fresh.set(name, name);
  return { uid: name, name };
}
