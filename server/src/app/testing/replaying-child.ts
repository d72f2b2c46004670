/** A process that replays one recording into one database: what tests kill at any moment. Arguments: recording, store URL. */
import { replay } from '../replay.ts';

const [directory = '', storeUrl = ''] = process.argv.slice(2);
await replay({
  directory,
  overrides: { storeUrl, 'filter.namespaces': 'all', 'log.level': 'error' },
  env: { TATTLE_WEBHOOK_URL: 'http://127.0.0.1:9/' },
  signal: new AbortController().signal,
  out: process.stderr,
});
