/** `tattle why`: the shortest way to the cause, of what Tattle knows already. */
import type { Command } from 'commander';
import { sayUnwatched } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import type { TextForm } from '../forms.ts';
import { type Manual, READING_EXITS, withManual } from '../manual.ts';
import { openIncidents, toldIncidents } from '../open-incidents.ts';
import type { Surroundings } from '../surroundings.ts';
import { type NamespaceFlags, namespacesOf, type TargetFlags, withNamespaces, withTarget } from './flags.ts';
import { withForm } from './incident-acts.ts';
import { detail } from './incidents.ts';
import { over } from './over.ts';

interface Flags extends TargetFlags, NamespaceFlags {
  readonly output: TextForm;
}

const MANUAL: Manual = {
  summary: 'say what is wrong and why, of one incident or of all open ones',
  about: [
    'Tells the cause first, then the words that prove it, what changed before, how it was mended the last time, and what to do. Without an id, of everything that is open, the newest first.',
    'It asks a server, or reads its store. Where neither is there, tattle diagnose looks at a cluster by itself.',
  ],
  examples: [
    ['tattle why', 'everything that is wrong now'],
    ['tattle why 3f2a', 'one incident, by the beginning of its id'],
    ['tattle why -n shop -o json', 'of one namespace, for programs'],
  ],
  exits: READING_EXITS,
};

export function whyCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const why = withManual(program.command('why'), MANUAL).argument(
    '[id]',
    'the id of an incident, or the beginning of it',
  );
  withTarget(withForm(withNamespaces(why, 'of these namespaces'))).action((id: string | undefined, flags: Flags) => {
    const namespaces = namespacesOf(flags);
    return over(flags, surroundings, loadEngine, async (connection) => {
      const { items, more } =
        id === undefined
          ? await openIncidents(connection, namespaces)
          : { items: [await detail(connection, id)], more: false };
      await surroundings.stdout.write(toldIncidents(items, flags.output, surroundings, surroundings.now()));
      await sayUnwatched(connection, surroundings);
      if (!surroundings.stderr.isTerminal) return;
      if (items.length === 0) await surroundings.stderr.write('Nothing is broken.\n');
      else if (more)
        await surroundings.stderr.write(`The newest ${items.length} are told; tattle incident list has all.\n`);
    });
  });
}
