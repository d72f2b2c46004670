/** A process that replays one recording into one data directory: what tests kill at any moment. Arguments: recording, directory. */
import { replay } from '../replay.ts';

const [directory = '', dataDir = ''] = process.argv.slice(2);
await replay({
  directory,
  overrides: { dataDir, 'filter.namespaces': 'all', 'log.level': 'error' },
  env: { TATTLE_WEBHOOK_URL: 'http://127.0.0.1:9/' },
  signal: new AbortController().signal,
  out: process.stderr,
});
