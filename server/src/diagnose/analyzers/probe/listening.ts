/** What a container's log says of the port that it listens on, or that it does not listen yet. */
import type { ContainerCase, LogCase } from '../../case.ts';

const LONGEST = 2000;
const LAST_LINES = 50;
const LISTENS = [
  'listening',
  'listen on',
  'running on',
  'running at',
  'started on',
  'serving on',
  'serving http',
  'serving at',
  'server on',
  'bound to',
  'binding to',
  'available at',
  'ready on',
  'accepting connections',
];
const NOT_YET = [
  'not listening yet',
  'not ready yet',
  'not yet ready',
  'warm-up',
  'warmup',
  'warming up',
  'still starting',
  'starting up',
  'initializing',
  'initialising',
  'loading',
  'migrating',
  'running migrations',
  'replaying',
  'recovering',
  'rebuilding',
  'waiting for',
];
/** `0.0.0.0:3000`, `:::8080`, `port 8080`, `port(s): 8080`. */
const PORT = /(?:port\(?s?\)?:? {0,3}|:)(\d{2,5})(?![\d.])/;
const LOOPBACK = /(?:127\.0\.0\.1|localhost|\[::1\]):\d{2,5}/;

export interface LogLine {
  readonly log: LogCase;
  readonly line: string;
}

export interface Listening extends LogLine {
  readonly port: number;
  /** Reachable from inside the container only: the kubelet asks at the pod's address. */
  readonly isLoopback: boolean;
}

export function listeningOf({ logs }: ContainerCase): readonly Listening[] {
  return newestLines(logs).flatMap(({ log, line }) => {
    const words = line.toLowerCase();
    if (!LISTENS.some((word) => words.includes(word)) || words.includes('not listening')) return [];
    const port = Number(PORT.exec(line)?.[1]);
    return port > 0 && port < 65_536 ? [{ log, line, port, isLoopback: LOOPBACK.test(words) }] : [];
  });
}

/** The newest line that tells of a start that is not over. */
export function notYetOf({ logs }: ContainerCase): LogLine | undefined {
  return newestLines(logs)
    .toReversed()
    .find(({ line }) => NOT_YET.some((word) => line.toLowerCase().includes(word)));
}

function newestLines(logs: readonly LogCase[]): readonly LogLine[] {
  return logs.flatMap((log) => log.lines.slice(-LAST_LINES).map((line) => ({ log, line: line.slice(0, LONGEST) })));
}
