/** What the API asks of sinks: how each stands, what was refused, and that this be sent again. */
import type { Severity } from '../model/cluster-event.ts';
import type { RefusalPage, SinkStanding } from '../model/sink.ts';

export type SinkState = 'well' | 'behind' | 'failing' | 'stopped';

export interface SinkView {
  readonly name: string;
  readonly type: string;
  /** Where it sends, for people; without credentials. */
  readonly target: string;
  readonly takes: {
    readonly include: 'events' | 'incidents' | 'both';
    readonly minimumSeverity: Severity;
    readonly namespaces: readonly string[] | null;
  };
  readonly state: SinkState;
  readonly standing: SinkStanding;
  readonly runBy: 'this' | 'another' | 'nobody';
}

/** Each method but `now` throws `StoreUnavailable`; null is for a name that no configured sink has. */
export interface Sinks {
  /** In the order of the configuration. */
  list(): Promise<readonly SinkView[]>;
  /** From memory: seconds old. */
  now(): readonly Pick<SinkView, 'name' | 'state'>[];
  /** Throws `CursorError`. */
  refusals(name: string, page: { readonly limit: number; readonly cursor?: string }): Promise<RefusalPage | null>;
  /** Those of the ids, or all; resolves to how many wait for it now. */
  replay(name: string, ids: readonly string[] | null): Promise<number | null>;
}
