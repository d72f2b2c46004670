/** The load generator as a process of its own: what it costs must not be counted as Tattle's. */
import { runLoadSource } from '../server/src/simulate/load-source.ts';

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const silent = () => undefined;
const logger = { debug: silent, info: silent, warn: console.error, error: console.error };
await runLoadSource(process.argv.slice(2), { say: (line) => process.stdout.write(`${line}\n`), logger }, stop.signal);
