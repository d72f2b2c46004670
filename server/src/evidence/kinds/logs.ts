/** Current and previous logs of failing containers, all asked for at once: which of the two is useful is known only afterwards. */
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
  surroundings: Surroundings,
): Promise<readonly Captured[]> {
  const ask = async (previous: boolean): Promise<Captured> => ({
    kind: previous ? 'previous-log' : 'log',
    object: pod.ref,
    container: container.name,
    content: await newestLines(pod, container, previous, options, surroundings),
  });
  return Promise.all([ask(true), ask(false)]);
}

/** A limit in bytes cuts off the newest lines, which matter most: where it was reached, fewer lines are asked for once more. */
async function newestLines(
  pod: Snapshot,
  container: FailingContainer,
  previous: boolean,
  { maxBytes, tailLines }: LogOptions,
  { reader, signal }: Surroundings,
): Promise<Content> {
  const limitBytes = maxBytes * ASK_FACTOR;
  const wanted = { namespace: pod.ref.namespace, pod: pod.ref.name, container: container.name, previous, limitBytes };
  const answer = await reader.podLog({ ...wanted, tailLines }, signal);
  if (answer.kind === 'error') return answer;
  if (!isCutOff(answer.text, limitBytes)) return { kind: 'text', text: answer.text, truncated: false };
  const fewer = await reader.podLog({ ...wanted, tailLines: Math.max(1, Math.floor(tailLines / 8)) }, signal);
  if (fewer.kind === 'log' && !isCutOff(fewer.text, limitBytes))
    return { kind: 'text', text: fewer.text, truncated: true };
  return { kind: 'text', text: withoutLastWord(answer.text), truncated: true };
}

/** A character cut in two may have been left out: up to three bytes. */
function isCutOff(text: string, limitBytes: number): boolean {
  return Buffer.byteLength(text) > limitBytes - 4;
}

/** The last line that was cut off, or at least its last word, may be half a secret, which no redaction would know. */
function withoutLastWord(text: string): string {
  const lineEnd = text.lastIndexOf('\n');
  return text.slice(0, (lineEnd >= 0 ? lineEnd : text.lastIndexOf(' ')) + 1);
}
