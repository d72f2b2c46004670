/** What every recording of a cluster offers, whether it is a folder of traffic or the file of one incident. */
import type { ApiResource } from '../api-resource.ts';
import type { MergedLine } from './merge-files.ts';

export interface Recording {
  /** The folder or file. */
  readonly folder: string;
  /** The folder's name, or the cluster's where the recording says it. */
  readonly name: string;
  /** uid of the recorded kube-system namespace; null where the recording does not show it. */
  readonly clusterUid: string | null;
  /** Milliseconds since the Unix epoch at which `t` was 0. */
  readonly baseTime: number;
  readonly resources: readonly ApiResource[];
  /** The one event stream that counts: events.k8s.io where recorded, else core; null without either. */
  readonly eventResource: ApiResource | null;
  /** Files that hold no recognisable resource, with the reason, for a person to read. */
  readonly skipped: readonly string[];
  /** From the start, merged by time; only the resources wanted. Each call reads the files anew. */
  lines(wanted?: (resource: ApiResource) => boolean): AsyncGenerator<MergedLine, void, void>;
  /** What `pods/log` answered, with timestamps; null where it was not recorded. */
  log(request: RecordedLogName): Promise<string | null>;
}

export interface RecordedLogName {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}
