#!/usr/bin/env node
/** `kubectl_complete-tattle` of the PATH: kubectl asks it with the words after `kubectl tattle`, the one being written last. */
import { COMPLETE } from './completion/protocol.ts';
import { start } from './start.ts';

await start([COMPLETE, ...process.argv.slice(2)], 'kubectl tattle');
