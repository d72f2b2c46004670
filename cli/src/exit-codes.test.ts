/** Every exit code, by a command that ends with it. */
import { expect, it } from 'vitest';
import { EXIT, type ExitName } from './failure.ts';
import { historyOf, run } from './testing/run.ts';

const { opened } = historyOf([], {
  '/api/v1/incidents/broken': { id: 'broken', state: 'open' },
  '/api/v1/incidents/mended': { id: 'mended', state: 'resolved' },
});
const denied = { lookAtClusters: async () => ({ kind: 'denied', detail: 'forbidden' }) as const };
const failing = { examine: async () => [{ name: 'Node', state: 'fail', detail: 'old', mend: '' }] as const };
const diagnose = (id: string) => ['diagnose', id, '--data-dir', '.', '-o', 'json'];

const ENDINGS: Readonly<Record<ExitName, readonly [readonly string[], Parameters<typeof run>[1]?][]>> = {
  ok: [
    [['events', '--data-dir', '.'], { opened }],
    [['--help'], {}],
    [diagnose('mended'), { opened }],
  ],
  failed: [
    [['doctor'], { engine: failing }],
    [['events', '--data-dir', '.'], { opened: { ...opened, request: () => Promise.reject(new Error('broken')) } }],
  ],
  usage: [[['events', '--nonsense']], [['nonsense']], [[]], [['completion', 'tcsh']]],
  unreachable: [[['events', '--server', 'http://127.0.0.1:1']], [['why', '--data-dir', '/nowhere']]],
  refused: [[['events', '--context', 'prod'], { engine: denied }]],
  wrong: [[diagnose('broken'), { opened }]],
  interrupted: [
    [['events', '--data-dir', '.', '--watch'], { opened, signal: AbortSignal.abort(new Error('stopped')) }],
  ],
};

const cases = Object.entries(ENDINGS).flatMap(([name, runs]) =>
  runs.map(([args, around]) => [args.join(' '), EXIT[name as ExitName], args, around] as const),
);

it.each(cases)('tattle %s ends with %i', async (_line, code, args, around) => {
  expect((await run(args, around)).code).toBe(code);
});
