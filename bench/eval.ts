/**
 * Holds the incidents and diagnoses of recorded clusters against their truth.json: a table, and a failure on any miss or false alarm.
 * `npm run eval [-- FOLDER …]`; by default every folder of examples/ that has a truth.json. It asks as a user would, by the CLI.
 */
import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { WireIncidentView } from '../contract/src/index.ts';
import { judge, type Verdict } from './eval-judge.ts';
import { readTruth } from './eval-truth.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const EXAMPLES = join(import.meta.dirname, '../examples');
const CLI = join(import.meta.dirname, '../cli/src/main.ts');
const run = promisify(execFile);

async function recordings(): Promise<readonly string[]> {
  if (positionals.length > 0) return positionals;
  const folders = (await readdir(EXAMPLES, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const found = await Promise.all(folders.map(async ({ name }) => withTruth(join(EXAMPLES, name))));
  return found.filter((folder) => folder !== null).sort();
}

async function withTruth(folder: string): Promise<string | null> {
  try {
    await access(join(folder, 'truth.json'));
    return folder;
  } catch {
    return null;
  }
}

async function tattle(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [CLI, ...args], { maxBuffer: 256 * 1024 * 1024 });
  return stdout;
}

async function evaluate(folder: string): Promise<readonly Verdict[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tattle-eval-'));
  try {
    await tattle('replay', folder, '--data-dir', dataDir, '--namespaces', 'all', '--json');
    const listed = await tattle('incident', 'list', '--all', '-o', 'json', '--data-dir', dataDir);
    return judge(await readTruth(folder), JSON.parse(listed) as WireIncidentView[]);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

let scenarios = 0;
let misses = 0;
for (const folder of await recordings()) {
  console.log(`\n${basename(folder)}`);
  for (const { name, found, faults } of await evaluate(folder)) {
    console.log(`  ${faults.length === 0 ? 'ok  ' : 'MISS'} ${name}`);
    for (const line of found) console.log(`         ${line}`);
    for (const fault of faults) console.log(`       ! ${fault}`);
    scenarios += 1;
    misses += faults.length;
  }
}
console.log(`\n${scenarios} checks, ${misses} misses`);
process.exitCode = misses === 0 ? 0 : 1;
