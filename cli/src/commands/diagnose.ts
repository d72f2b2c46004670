/** `tattle diagnose`: what is wrong on a cluster, without a server: the whole of Tattle for one command. */
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { clusterFailure, definedOnly, sayNotes, sayWhere, unreadable } from '../cluster-connection.ts';
import { connect, type Connection, overRequests } from '../connection.ts';
import { usualDataDir } from '../data-dir.ts';
import type { Diagnosed, LoadEngine } from '../engine.ts';
import type { ObjectName } from '../event-query.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import type { TextForm } from '../forms.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import { openIncidents, readSubject, toldIncidents } from '../open-incidents.ts';
import { hasCluster, namedPlace, nothingToRead, type ReadingPlace } from '../reading-place.ts';
import type { Surroundings } from '../surroundings.ts';
import {
  type ClusterFlags,
  type NamespaceFlags,
  namespacesOf,
  type TargetFlags,
  targetOf,
  wholeNumber,
  withClusters,
  withNamespaces,
  withTarget,
} from './flags.ts';
import { withForm } from './incident-acts.ts';
import { detail } from './incidents.ts';

interface Flags extends TargetFlags, ClusterFlags, NamespaceFlags {
  readonly forSeconds: number;
  readonly output: TextForm;
}

type Subject = ReturnType<typeof readSubject> | undefined;

const MANUAL: Manual = {
  summary: 'look at a cluster now, and say what is wrong and why',
  about: [
    'Without a server, it reads the objects and events of the current context (or of --context, or of a recording), keeps them in a store of its own for as long as it runs, captures evidence, looks for causes, and tells what it found as tattle why does. It takes seconds, sends nothing to anybody, changes nothing, and leaves nothing behind.',
    'Where a server runs on the data directory, or an incident is named, it is tattle why: the server knows more, and for longer.',
    'What this user may not read is said; it may hold problems that are not told. Where nothing is wrong it exits with 0, where something is with 5, so that scripts can tell.',
  ],
  examples: [
    ['tattle diagnose', 'the current context, as far as this user sees'],
    ['tattle diagnose deploy/web -n shop', 'what is wrong with one object'],
    ['tattle diagnose --context staging -n shop || echo "do not promote"', 'in a script'],
    ['tattle diagnose --recording examples/states -o json', 'of a recording, for programs'],
  ],
  exits: [...READING_EXITS, 'wrong'],
  meanings: { wrong: 'something is wrong with what was looked at' },
};

export function diagnoseCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const described = withManual(program.command('diagnose'), MANUAL).argument(
    '[kind/name]',
    'an object, such as deploy/web, or the id of an incident (default: everything)',
  );
  const command = withNamespaces(described, 'of these namespaces').addOption(
    new Option('--for-seconds <n>', 'what is not listed by then is left out, and told')
      .default(30)
      .argParser(wholeNumber(1, 3600)),
  );
  withClusters(withTarget(withForm(command))).action(async (text: string | undefined, flags: Flags) => {
    // Wrong flags are told before anything is opened.
    namespacesOf(flags);
    const subject = text === undefined ? undefined : readSubject(text);
    const opened = await open(flags, subject, surroundings, loadEngine);
    try {
      await tell(flags, subject, opened, surroundings);
    } finally {
      await opened.connection.close();
    }
  });
}

interface Opened {
  readonly connection: Connection;
  readonly isObjectThere: boolean | null;
}

async function tell(flags: Flags, subject: Subject, opened: Opened, surroundings: Surroundings): Promise<void> {
  const { connection } = opened;
  const object = subject === undefined || 'id' in subject ? undefined : subject;
  const { items, more } =
    subject !== undefined && 'id' in subject
      ? { items: [await detail(connection, subject.id)], more: false }
      : await openIncidents(connection, namespacesOf(flags), object);
  if (items.length === 0 && object !== undefined && opened.isObjectThere === false) {
    const where = flags.namespace === undefined ? '' : ` in ${flags.namespace.join(', ')}`;
    throw new CommandFailure(EXIT.failed, `there is no ${object.kind} ${object.name}${where}`);
  }
  const now = connection.now ?? surroundings.now();
  await surroundings.stdout.write(toldIncidents(items, flags.output, surroundings, now));
  if (surroundings.stderr.isTerminal) {
    if (items.length === 0) await surroundings.stderr.write(`${nothingFound(object, opened.isObjectThere)}\n`);
    else if (more) await surroundings.stderr.write(`The newest ${items.length} are told.\n`);
  }
  if (items.some(({ state }) => state !== 'resolved')) throw new CommandFailure(EXIT.wrong, '');
}

/** Where nobody knows whether the object is there, a misspelt name must not pass for a healthy object. */
function nothingFound(object: ObjectName | undefined, isObjectThere: boolean | null): string {
  if (object === undefined) return 'Nothing is wrong.';
  const name = `${object.kind} ${object.name}`;
  return isObjectThere === true ? `Nothing is wrong with ${name}.` : `No open incident is about ${name}.`;
}

async function open(
  flags: Flags,
  subject: Subject,
  surroundings: Surroundings,
  loadEngine: LoadEngine,
): Promise<Opened> {
  const place = await placeOf(flags, subject, surroundings, loadEngine);
  if (place.kind === 'tattle') {
    return { connection: await connect(targetOf(flags), surroundings, loadEngine), isObjectThere: null };
  }
  const object = subject === undefined || 'id' in subject ? undefined : subject;
  if (place.kind === 'cluster' && place.isFallback) await sayWhere(surroundings);
  const diagnosed = await diagnosedAt(place, flags, object, surroundings, loadEngine);
  await sayNotes(diagnosed.notes, surroundings);
  const { api, now, isObjectThere } = diagnosed;
  const connection = {
    ...overRequests(api, false, 'the store of this command'),
    close: () => diagnosed.close(),
    ...(now === null ? {} : { now }),
  };
  return { connection, isObjectThere };
}

/** A store that nobody feeds knows nothing of now: only a server that runs comes before the cluster itself. */
async function placeOf(
  flags: Flags,
  subject: Subject,
  { env }: Surroundings,
  loadEngine: LoadEngine,
): Promise<ReadingPlace> {
  const named = namedPlace(flags);
  if (named !== null) return named;
  if (subject !== undefined && 'id' in subject) return { kind: 'tattle' };
  const dataDir = usualDataDir(env);
  const isRunning =
    existsSync(join(dataDir, 'server.json')) && (await (await loadEngine()).runningServer(dataDir)) !== null;
  if (isRunning) return { kind: 'tattle' };
  if (hasCluster(env)) return { kind: 'cluster', isFallback: true };
  if (!existsSync(dataDir) && (env.TATTLE_STORE_URL ?? '') === '') throw nothingToRead(dataDir);
  return { kind: 'tattle' };
}

async function diagnosedAt(
  place: Exclude<ReadingPlace, { readonly kind: 'tattle' }>,
  flags: Flags,
  object: ObjectName | undefined,
  { env, signal, stderr }: Surroundings,
  loadEngine: LoadEngine,
): Promise<Diagnosed> {
  const engine = await loadEngine();
  const common = { env, signal, namespaces: flags.namespace ?? ('all' as const) };
  if (stderr.isTerminal) await stderr.write('Looking …\n');
  if (place.kind === 'recording') {
    return engine.diagnoseRecording({ ...common, directory: place.directory }).catch(unreadable(signal));
  }
  const { kubeconfig, contexts } = place;
  const { forSeconds } = flags;
  const options = { ...common, forSeconds, ...definedOnly({ kubeconfig, contexts, object }) };
  const answer = await engine.diagnoseClusters(options).catch(unreadable(signal));
  if ('diagnosed' in answer) return answer.diagnosed;
  throw clusterFailure(answer.kind, answer.detail);
}
