/** Reading a recorded cluster as it was at the replay's current moment. */
import { cutLog } from '../kube/recording/log-tail.ts';
import { chooseContainer, explainMissingLog } from '../kube/recording/missing-log.ts';
import type { RecordedState } from '../kube/recording/recorded-state.ts';
import type { Recording } from '../kube/recording/recording.ts';
import type { ClusterReader, PodLog, PodLogRequest } from '../model/ports/cluster.ts';

export function recordedReader(recording: Recording, state: RecordedState): ClusterReader {
  return {
    async getObject(ref) {
      if (!state.holds(ref.kind)) {
        throw new Error(
          `the recording ${recording.name} holds no ${ref.kind} objects: whether this one exists is unknown`,
        );
      }
      return state.find(ref.kind, ref.namespace, ref.name, ref.uid);
    },
    podLog: (request) => podLog(recording, state, request),
    listObjects: async (kind, namespace) => (state.holds(kind) ? state.list(kind, namespace) : null),
    podMetrics: async (namespace, pod) => state.find('PodMetrics', namespace, pod),
  };
}

/** The recorded file whole, as long as the pod exists: it tells of the last failure, whenever it is asked for. */
async function podLog(recording: Recording, state: RecordedState, request: PodLogRequest): Promise<PodLog> {
  const pod = state.find('Pod', request.namespace, request.pod);
  if (pod === null && state.holds('Pod')) return { kind: 'error', error: `pods "${request.pod}" not found` };
  const container = chooseContainer(pod ?? {}, request.container);
  if (typeof container !== 'string') return { kind: 'error', error: container.message };
  const log = await recording.log({ ...request, container });
  if (log !== null) return { kind: 'log', text: cutLog(log, { ...request, timestamps: true }) };
  return { kind: 'error', error: explainMissingLog(pod ?? {}, container, request.previous).message };
}
