#!/usr/bin/env node
/** `kubectl tattle`: kubectl runs the program kubectl-tattle of the PATH. */
import { start } from './start.ts';

await start(process.argv.slice(2), 'kubectl tattle');
