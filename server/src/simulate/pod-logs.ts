/** Answers pods/log from the recorded files. */
import { cutLog } from '../kube/recording/log-tail.ts';
import { chooseContainer, explainMissingLog } from '../kube/recording/missing-log.ts';
import type { RawObject } from '../kube/recording/recorded-line.ts';
import type { RecordedLogName } from '../kube/recording/recording.ts';
import type { ApiRequest } from './api-request.ts';
import { failure, type ApiFailure } from './api-status.ts';
import type { ClusterStore } from './cluster-store.ts';
import { readCount } from './select-request.ts';

/** The log as it is told now (names and times of the current lap), null where it was not recorded. */
export type ReadLog = (name: RecordedLogName) => Promise<string | null>;

/** The text, or why there is none. */
export async function podLog(
  store: ClusterStore,
  request: ApiRequest,
  readLog: ReadLog,
): Promise<{ readonly text: string } | ApiFailure> {
  const { namespace, name: pod, query } = request;
  const stored = store.collection('pods')?.objects.get(`${namespace}/${pod}`);
  if (stored === undefined) return failure(404, `pods "${pod}" not found`, { details: { name: pod, kind: 'pods' } });
  const tailLines = readCount(query, 'tailLines');
  if (typeof tailLines === 'object') return failure(400, tailLines.wrong);
  const limitBytes = readCount(query, 'limitBytes');
  if (typeof limitBytes === 'object') return failure(400, limitBytes.wrong);
  const object = JSON.parse(stored.json) as RawObject;
  const container = chooseContainer(object, query.get('container') ?? '');
  if (typeof container !== 'string') return failure(container.code, container.message);
  const previous = query.get('previous') === 'true';
  const log = await readLog({ namespace, pod, container, previous });
  if (log !== null) {
    return {
      text: cutLog(log, {
        ...(tailLines === undefined ? {} : { tailLines }),
        ...(limitBytes === undefined ? {} : { limitBytes }),
        timestamps: query.get('timestamps') === 'true',
      }),
    };
  }
  const refusal = explainMissingLog(object, container, previous);
  return failure(refusal.code, refusal.message);
}
