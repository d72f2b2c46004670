/** `tattle token`: secrets for programs and people, what each may do, and taking them back. */
import { type Command, Option } from 'commander';
import type { WireCreatedToken, WireToken } from '@tattle/contract';
import type { Connection } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import { CommandFailure, EXIT, usageFailure } from '../failure.ts';
import { outputOption, structured } from '../forms.ts';
import { LIST_FORMS, type ListForm } from '../listing.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import { printable } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';
import { type NewTokenFlags, readNewToken, ROLES } from '../token-request.ts';
import { renderTokens, whatItMayDo } from '../token-output.ts';
import { listed, type TargetFlags, withTarget } from './flags.ts';
import { over } from './over.ts';

const CREATED_FORMS = ['text', 'json'] as const;
/** A secret holds the id of its token. */
const SECRET = /^tattle_([a-z0-9]+)_/;

interface CreateFlags extends NewTokenFlags, TargetFlags {
  readonly output: (typeof CREATED_FORMS)[number];
}

interface ListFlags extends TargetFlags {
  readonly output: ListForm;
  readonly headers: boolean;
}

const TOKEN: Manual = {
  summary: 'make, list and revoke tokens',
  about: [
    'A token lets a program or a person in, for what its role allows within its scope. Making, listing and revoking them takes an admin of everything.',
  ],
  examples: [
    ['tattle token create grafana --role viewer --expires-in 90d', 'prints its secret'],
    ['tattle token list', 'who has which, and who used theirs'],
    ['tattle token revoke k3mwp7qx2a9d', 'it is refused from then on'],
  ],
  exits: READING_EXITS,
};

const CREATE: Manual = {
  summary: 'make a token and print its secret, this once',
  about: [
    'Makes a token. Standard output gets its secret and nothing else; only its digest is kept, so it cannot be shown again. It covers everything unless --namespace or --cluster narrow it down.',
  ],
  notes: [
    [
      'Roles, from viewer on each with what those before it may do',
      [
        'reporter  hands in alerts and events, and sees nothing',
        'viewer    reads',
        'operator  acts on incidents, sends deliveries again',
        'approver  decides on fixes',
        'admin     changes settings; of everything, also tokens, and reads the audit trail',
      ],
    ],
  ],
  examples: [
    ['TOKEN=$(tattle token create ci --role viewer)', 'for a script'],
    [
      'tattle token create shop-team --role operator -n "shop,shop-*" --expires-in 90d',
      'in these namespaces, for a quarter',
    ],
    ['tattle token create prod-bot --role viewer --cluster prod -o json', 'with its id, for programs'],
  ],
  exits: READING_EXITS,
};

const LIST: Manual = {
  summary: 'list tokens, the newest first',
  about: [
    'Lists tokens with what they may do, when they end and when they were last used. Their secrets are not kept.',
  ],
  examples: [
    ['tattle token list', 'all of them, those that ended, too'],
    ["tattle token list -o json | jq -r '.[] | select(.lastUsedAt == null).id'", 'those that nobody ever used'],
  ],
  exits: READING_EXITS,
};

const REVOKE: Manual = {
  summary: 'take tokens back, at once',
  about: [
    'Revokes tokens, within a second wherever Tattle runs; browsers that signed in with one are signed out. A secret that leaked may stand in place of its id.',
  ],
  examples: [['tattle token revoke k3mwp7qx2a9d', 'by its id, as tattle token list has it']],
  exits: READING_EXITS,
};

export function tokenCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const token = withManual(program.command('token'), TOKEN).helpCommand(false);
  const create = withManual(token.command('create'), CREATE)
    .argument('<name>', 'what it is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('-n, --namespace <names>', 'only in these namespaces; * stands for any letters', listed)
    .option('--cluster <uids>', 'only in these clusters, by uid or name', listed)
    .option('--expires-in <time>', 'when it ends: 90d, 12w, 1y (default: it does not)')
    .addOption(outputOption(CREATED_FORMS, 'text'));
  withTarget(create).action((name: string, flags: CreateFlags) => {
    const asked = readNewToken(name, flags);
    return over(flags, surroundings, loadEngine, async (connection) => {
      const created = (await connection.post('/api/v1/tokens', asked, 'secret')) as WireCreatedToken;
      await tellCreated(created, flags, surroundings);
    });
  });

  const list = withManual(token.command('list'), LIST)
    .addOption(outputOption(LIST_FORMS, 'table'))
    .option('--no-headers', 'tables without their first line');
  withTarget(list).action((flags: ListFlags) =>
    over(flags, surroundings, loadEngine, async (connection) => {
      const { items } = (await connection.get('/api/v1/tokens', new URLSearchParams(), 'items')) as {
        items: WireToken[];
      };
      await surroundings.stdout.write(renderTokens(items, flags, surroundings.now()));
      if (items.length === 0 && surroundings.stderr.isTerminal) await surroundings.stderr.write('There is no token.\n');
    }),
  );

  const revoke = withManual(token.command('revoke'), REVOKE).argument('<ids...>', 'their ids');
  withTarget(revoke).action((written: readonly string[], flags: TargetFlags) => {
    const ids = written.map(idOf);
    return over(flags, surroundings, loadEngine, (connection) => revokeAll(ids, connection, surroundings));
  });
}

async function tellCreated(
  created: WireCreatedToken,
  { output }: CreateFlags,
  { stdout, stderr }: Surroundings,
): Promise<void> {
  await stdout.write(output === 'json' ? structured(created, 'json') : `${printable(created.secret)}\n`);
  if (!stderr.isTerminal) return;
  const { token } = created;
  await stderr.write(
    printable(
      `${token.name}: ${whatItMayDo(token)}. The secret is shown this once. tattle token revoke ${token.id}`,
    ).concat(' takes it back.\n'),
  );
}

/** One that cannot be revoked does not keep the others. */
async function revokeAll(ids: readonly string[], connection: Connection, { stdout }: Surroundings): Promise<void> {
  const failed: string[] = [];
  for (const id of ids) {
    try {
      const { name } = (await connection.delete(`/api/v1/tokens/${encodeURIComponent(id)}`, 'id')) as WireToken;
      await stdout.write(`${printable(`${id} revoked: ${name}`)}\n`);
    } catch (error) {
      if (!(error instanceof CommandFailure) || error.exitCode !== EXIT.failed) throw error;
      failed.push(`${id}: ${error.message}`);
    }
  }
  if (failed.length > 0) throw new CommandFailure(EXIT.failed, failed.join('\n'), 'tattle token list has their ids.');
}

function idOf(written: string): string {
  const id = SECRET.exec(written)?.[1] ?? written;
  // A path ends or climbs at these; no id has them.
  if (/^\.{0,2}$/.test(id)) throw usageFailure('that is no id of a token', 'tattle token list has them.');
  return id;
}
