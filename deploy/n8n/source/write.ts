/** Writes the two workflows as n8n imports them. usage: node deploy/n8n/source/write.ts */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workflows } from './workflows.ts';

for (const [file, text] of workflows()) writeFileSync(join(import.meta.dirname, '..', file), text);
