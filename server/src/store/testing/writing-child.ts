/** A process of its own that commits one event after the other until it is killed, and says how many are done. */
import { systemClock } from '../../kit/clock.ts';
import { openStore } from '../open-store.ts';
import { change, created } from './events.ts';
import { noMetrics, silentLogger } from './servers.ts';

const { store } = await openStore({
  target: { kind: 'embedded', dataDir: process.argv[2] ?? '' },
  clock: systemClock,
  logger: silentLogger,
  metrics: noMetrics,
});
process.stdout.write('0\n');
for (let done = 1; ; done++) {
  const at = Date.now();
  await store.commit(change(at, { created: [created({ uid: `event-${String(done)}`, at: at - 1 })] }));
  process.stdout.write(`${String(done)}\n`);
}
