#!/usr/bin/env node
/** `tattle`. */
import { start } from './start.ts';

await start(process.argv.slice(2), 'tattle');
