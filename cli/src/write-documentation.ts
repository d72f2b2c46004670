/** `npm run docs:cli`: writes docs/CLI.md. */
import { writeFile } from 'node:fs/promises';
import { documentation } from './documentation.ts';
import { idleProgram } from './idle-program.ts';

await writeFile(new URL('../../docs/CLI.md', import.meta.url), documentation(idleProgram()));
