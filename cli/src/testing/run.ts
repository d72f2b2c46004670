/** Runs a command line in this process over a given history, and keeps what it printed. */
import { PassThrough } from 'node:stream';
import type { WireEvent } from '@tattle/contract';
import type { Engine, OpenedHistory, StoredHistory } from '../engine.ts';
import { runProgram } from '../program.ts';
import type { Output } from '../surroundings.ts';

export const NOW = Date.UTC(2026, 10, 21, 12);

export function wireEvent(overrides: Partial<WireEvent> = {}): WireEvent {
  return {
    uid: 'e1',
    cluster: 'c1',
    clusterName: 'lab',
    origin: 'event',
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container',
    count: 12,
    firstSeen: '2026-11-21T11:20:00.000Z',
    lastSeen: '2026-11-21T11:57:00.000Z',
    ingestedAt: '2026-11-21T11:20:01.000Z',
    category: 'Crash',
    severity: 'high',
    condition: 'CrashLoopBackOff',
    fingerprint: 'v1:f',
    correlationId: 'v1:c',
    incidentId: null,
    object: { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'p1' },
    rootOwner: { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'd1' },
    node: 'node-1',
    labels: {},
    source: 'kubelet',
    ...overrides,
  };
}

/** What a terminal is told where the current directory is read itself. */
export const UNWATCHED = `No server runs on ${process.cwd()}: what came after it stopped is not known.\n`;

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** Serves pages of these events, newest first, as the API does; remembers what it was asked. */
export function historyOf(events: readonly WireEvent[], answers: Readonly<Record<string, unknown>> = {}) {
  const asked: Asked[] = [];
  const opened: OpenedHistory = {
    async request(method, path, body) {
      const url = new URL(path, 'http://localhost');
      asked.push({ method, path: url.pathname, query: url.searchParams, body });
      const known = answers[url.pathname];
      if (known !== undefined) return { status: 200, body: JSON.stringify(known) };
      const start = Number(url.searchParams.get('cursor') ?? 0);
      const limit = Number(url.searchParams.get('limit'));
      const next = start + limit < events.length ? String(start + limit) : null;
      const page = { items: events.slice(start, start + limit), nextCursor: next, partial: false };
      return { status: 200, body: JSON.stringify(page) };
    },
    close: async () => {},
  };
  return { opened, asked };
}

export async function run(
  args: readonly string[],
  {
    opened,
    engine = {},
    env = {},
    terminal = false,
    signal = new AbortController().signal,
    name = 'tattle',
    now = () => NOW,
  }: {
    opened?: OpenedHistory & Partial<StoredHistory>;
    engine?: Partial<Engine>;
    env?: Record<string, string>;
    terminal?: boolean;
    signal?: AbortSignal;
    name?: string;
    now?: () => number;
  } = {},
) {
  const refuse = () => Promise.reject(new Error('not expected here'));
  const output = memoryOutput(terminal);
  const errors = memoryOutput(terminal);
  const code = await runProgram(
    args,
    { env, stdout: output.output, stderr: errors.output, signal, now },
    async () => ({
      serve: refuse,
      demo: refuse,
      replay: refuse,
      lookAtClusters: refuse,
      lookAtRecording: refuse,
      diagnoseClusters: refuse,
      diagnoseRecording: refuse,
      examine: refuse,
      importConfiguration: refuse,
      runningServer: async () => null,
      openHistory: () => (opened === undefined ? refuse() : Promise.resolve({ stream: refuse, ...opened })),
      ...engine,
    }),
    name,
  );
  return { code, out: output.text(), err: errors.text() };
}

function memoryOutput(isTerminal: boolean): { output: Output; text: () => string } {
  let text = '';
  return {
    output: { isTerminal, stream: new PassThrough(), write: async (more) => void (text += more) },
    text: () => text,
  };
}
