/** `tattle audit`: who did or decided what, and the proof that none of it was changed. */
import { type Command, Option } from 'commander';
import type { WireAuditEntry, WireAuditVerdict } from '@tattle/contract';
import { compareHead, type KeptHead, readKeptHead } from '../audit-comparison.ts';
import { AUDIT_COLUMNS, auditRow, verdictText } from '../audit-output.ts';
import { pagesOf } from '../pages.ts';
import type { Connection } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import { apiTime } from '../event-query.ts';
import { CommandFailure, EXIT, usageFailure } from '../failure.ts';
import { outputOption, structured, TEXT_FORMS, type TextForm } from '../forms.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import type { Surroundings } from '../surroundings.ts';
import { Table } from '../table.ts';
import { listed, repeated, type TargetFlags, wholeNumber, withTarget } from './flags.ts';
import { over } from './over.ts';

const FORMS = ['table', 'json', 'jsonl', 'yaml'] as const;
const MOST = 100_000_000;
/** All but lines of JSON are held until they are printed. */
const MOST_HELD = 100_000;

interface ListFlags extends TargetFlags {
  readonly actor?: readonly string[];
  readonly action?: readonly string[];
  readonly target?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly output: (typeof FORMS)[number];
  readonly headers: boolean;
}

interface VerifyFlags extends TargetFlags, KeptHead {
  readonly output: TextForm;
}

const AUDIT: Manual = {
  summary: 'who did or decided what, and whether that was changed',
  about: [
    'The audit trail has an entry for everything that somebody did: to incidents, settings, deliveries, tokens, sessions. Each holds the hash of the one before it, so that a change of one shows. Reading it takes an admin of everything.',
  ],
  examples: [
    ['tattle audit list --since 1d', 'the last day'],
    ['tattle audit verify', 'is it whole?'],
  ],
  exits: READING_EXITS,
};

const LIST: Manual = {
  summary: 'list what was done, by whom, to what',
  about: [
    'Lists entries of the audit trail. Tables read like a log, the newest at the bottom; the other forms begin with the newest.',
  ],
  examples: [
    ['tattle audit list --action token.create,token.revoke', 'what happened to tokens'],
    ['tattle audit list --actor oidc:ann --since 2026-01-31 --until 2026-02-01', 'what one person did on a day'],
    ['tattle audit list -o jsonl --limit 1000000 > audit.jsonl', 'to keep it elsewhere'],
  ],
  exits: READING_EXITS,
};

const VERIFY: Manual = {
  summary: 'prove that nothing in it was changed',
  about: [
    'Reads the whole trail, and exits with 5 where an entry is missing or was changed; the first such is named. It prints how many entries there are, and the head: the hash of the newest.',
    'Whoever may write to the database can cut off the end, or make all of it anew, and leave a trail that is whole. Keep entries and head elsewhere, and give them back later with --entries and --head: the entry of that number must still have that hash.',
  ],
  examples: [
    ['tattle audit verify', 'is it whole?'],
    ['tattle audit verify -o json > head.json', 'to keep elsewhere'],
    [
      'tattle audit verify --entries "$(jq .entries head.json)" --head "$(jq -r .head head.json)"',
      'does it still begin with what was kept?',
    ],
  ],
  exits: [...READING_EXITS, 'wrong'],
  meanings: { wrong: 'an entry is missing or was changed' },
};

export function auditCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const audit = withManual(program.command('audit'), AUDIT).helpCommand(false);
  const list = withManual(audit.command('list'), LIST)
    .option('--actor <names>', 'by these: oidc:ann, token:k3mwp7qx2a9d', listed)
    .option('--action <names>', 'of these kinds: token.create, incident.resolve', listed)
    .option('--target <name>', 'done to this (repeated: to any of them)', repeated)
    .option('--since <time>', 'done after: 30m, 2d12h, or 2026-01-31T14:00:00Z')
    .option('--until <time>', 'done before')
    .addOption(new Option('--limit <n>', 'so many at the most').default(100).argParser(wholeNumber(1, MOST)))
    .addOption(outputOption(FORMS, 'table'))
    .option('--no-headers', 'tables without their first line');
  withTarget(list).action((flags: ListFlags) => {
    const query = auditQuery(flags);
    return over(flags, surroundings, loadEngine, (connection) => listAudit(query, flags, connection, surroundings));
  });

  const verify = withManual(audit.command('verify'), VERIFY)
    .addOption(
      new Option('--entries <n>', 'so many there were when the head was kept').argParser(wholeNumber(0, 1e12 - 1)),
    )
    .option('--head <hash>', 'the hash of the newest of them')
    .addOption(outputOption(TEXT_FORMS, 'text'));
  withTarget(verify).action((flags: VerifyFlags) => {
    const kept = readKeptHead(flags);
    return over(flags, surroundings, loadEngine, (connection) => verifyAudit(kept, flags, connection, surroundings));
  });
}

function auditQuery({ actor = [], action = [], target = [], since, until, output, limit }: ListFlags): URLSearchParams {
  if (output !== 'jsonl' && limit > MOST_HELD) {
    throw usageFailure(`-o ${output} takes ${MOST_HELD} entries at the most`, 'Use -o jsonl, or a smaller --limit.');
  }
  const query = new URLSearchParams();
  for (const name of actor) query.append('actor', name);
  for (const name of action) query.append('action', name);
  for (const name of target) query.append('target', name);
  if (since !== undefined) query.set('from', apiTime('--since', since));
  if (until !== undefined) query.set('to', apiTime('--until', until));
  return query;
}

async function listAudit(
  query: URLSearchParams,
  { output, limit, headers }: ListFlags,
  connection: Connection,
  { stdout, stderr }: Surroundings,
): Promise<void> {
  const pages = pagesOf('/api/v1/audit', connection, query, limit);
  const held: WireAuditEntry[] = [];
  let told = 0;
  let page = await pages.next();
  for (; page.done !== true; page = await pages.next()) {
    told += page.value.length;
    if (output === 'jsonl') await stdout.write(structured(page.value, output));
    else held.push(...page.value);
  }
  if (output === 'table') {
    await stdout.write(new Table(AUDIT_COLUMNS).render(held.reverse().map(auditRow), headers && told > 0));
  } else if (output !== 'jsonl') {
    await stdout.write(structured(held, output));
  }
  if (!stderr.isTerminal) return;
  if (told === 0) await stderr.write('No entry matches.\n');
  else if (page.value) await stderr.write(`The newest ${told} are shown; --limit shows more.\n`);
}

async function verifyAudit(
  kept: KeptHead | null,
  { output }: VerifyFlags,
  connection: Connection,
  { stdout }: Surroundings,
): Promise<void> {
  const verdict = (await connection.get('/api/v1/audit/verify', new URLSearchParams(), 'whole')) as WireAuditVerdict;
  const pages = () => pagesOf('/api/v1/audit', connection, new URLSearchParams(), Number.POSITIVE_INFINITY);
  const comparison = kept === null ? null : await compareHead(kept, verdict, pages());
  const whole = { ...verdict, ...(comparison === null ? {} : { kept: { ...kept, ...comparison } }) };
  await stdout.write(output === 'text' ? verdictText(verdict, comparison) : structured(whole, output));
  if (!verdict.whole || comparison?.holds === false) throw new CommandFailure(EXIT.wrong, '');
}
