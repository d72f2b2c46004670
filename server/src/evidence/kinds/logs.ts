/** Current and previous logs of failing containers, all asked for at once: which of the two is useful is known only afterwards. */
import type { PodLog } from '../../model/ports.ts';
import type { Captured, Content } from '../captured.ts';
import { type FailingContainer, failingContainers, runContainers } from '../failing-containers.ts';
import type { Snapshot, Surroundings } from '../snapshot.ts';

export interface LogOptions {
  readonly tailLines: number;
  /** What is kept, after redaction. */
  readonly maxBytes: number;
}

export interface CapturedLogs {
  readonly logs: readonly Captured[];
  /** A container ran, and neither its current nor its previous log could be had. */
  readonly missing: boolean;
}

const MOST_CONTAINERS = 10;
/** Asked for beyond what is kept, so that the newest lines are among it and secrets are whole when they are redacted. */
const ASK_FACTOR = 4;

export async function captureLogs(
  pod: Snapshot,
  options: LogOptions,
  surroundings: Surroundings,
): Promise<CapturedLogs> {
  const failing = failingContainers(pod);
  const containers = (failing.length > 0 ? failing : runContainers(pod)).slice(0, MOST_CONTAINERS);
  const pairs = await Promise.all(containers.map((container) => logPair(pod, container, options, surroundings)));
  const isMissing = (pair: readonly Captured[]) => pair.every(({ content }) => content.kind === 'error');
  return {
    logs: pairs.flat(),
    missing: pairs.some((pair, index) => containers[index]?.hasRun === true && isMissing(pair)),
  };
}

async function logPair(
  pod: Snapshot,
  container: FailingContainer,
  options: LogOptions,
  { reader, signal }: Surroundings,
): Promise<readonly Captured[]> {
  const limitBytes = options.maxBytes * ASK_FACTOR;
  const ask = async (previous: boolean): Promise<Captured> => {
    const { namespace, name } = pod.ref;
    const wanted = {
      namespace,
      pod: name,
      container: container.name,
      previous,
      limitBytes,
      tailLines: options.tailLines,
    };
    const answer = await reader.podLog(wanted, signal);
    return {
      kind: previous ? 'previous-log' : 'log',
      object: pod.ref,
      container: container.name,
      content: contentOf(answer, limitBytes),
    };
  };
  return Promise.all([ask(true), ask(false)]);
}

/** Where the answer was cut off at its limit, its last line may hold half a secret, which no redaction would know. */
function contentOf(answer: PodLog, limitBytes: number): Content {
  if (answer.kind === 'error') return { kind: 'error', error: answer.error };
  // A cut character may have been left out.
  const cutOff = Buffer.byteLength(answer.text) > limitBytes - 4;
  const text = cutOff ? answer.text.slice(0, answer.text.lastIndexOf('\n') + 1) : answer.text;
  return { kind: 'text', text, truncated: cutOff };
}
