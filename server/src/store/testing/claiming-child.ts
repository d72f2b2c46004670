/** A process of its own that begins a request, says how that went, and never ends it. */
import { systemClock } from '../../kit/clock.ts';
import { openStore } from '../open-store.ts';
import { noMetrics, silentLogger } from './servers.ts';

const [, , url = '', now = ''] = process.argv;
const { idempotency } = await openStore({
  target: { kind: 'url', url },
  clock: systemClock,
  logger: silentLogger,
  metrics: noMetrics,
});
const { kind } = await idempotency.begin('k', 'r', Number(now));
process.stdout.write(`${kind}\n`);
setInterval(() => undefined, 1_000);
