/** `tattle incident test`: a made-up problem through a running server, to see that whoever should be told is. */
import type { Command } from 'commander';
import type { WireTestIncidentBegun } from '@tattle/contract';
import type { Connection } from '../connection.ts';
import { structured, type TextForm } from '../forms.ts';
import { READING_EXITS, withManual } from '../manual.ts';
import { printable } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';
import { type TargetFlags, withTarget } from './flags.ts';
import { withForm } from './incident-acts.ts';
import { needsServer } from './running-server.ts';

interface Flags extends TargetFlags {
  readonly namespace?: string;
  readonly cluster?: string;
  readonly output: TextForm;
}

/** Opens what the flags name, and closes it after the work. */
type Connected = (flags: TargetFlags, work: (connection: Connection) => Promise<void>) => Promise<void>;

export function testCommand(incident: Command, connected: Connected, { stdout }: Surroundings): void {
  const command = withManual(incident.command('test'), {
    summary: 'put a made-up problem through everything, to see who is told',
    about: [
      'Makes up a problem that says of itself that it is a test. It takes the way of a real one: an incident opens, its notice goes to every channel, and about a minute later it resolves by itself. Filters leave it out as they would a real one, and that is said; once a minute for each cluster.',
    ],
    examples: [
      ['tattle incident test', 'in a namespace that is monitored'],
      ['tattle incident test -n shop --cluster prod', 'there'],
    ],
    exits: READING_EXITS,
  })
    .option('-n, --namespace <name>', 'in this namespace, which must be monitored')
    .option('--cluster <name>', 'in this cluster (default: the first that is watched)');
  withTarget(withForm(command)).action(({ namespace, cluster, output, ...target }: Flags) =>
    connected(target, async (connection) => {
      needsServer(connection, 'a test could go through');
      const body = { ...(namespace === undefined ? {} : { namespace }), ...(cluster === undefined ? {} : { cluster }) };
      const begun = (await connection.post('/api/v1/test-incident', body, 'watchFor')) as WireTestIncidentBegun;
      await stdout.write(output === 'text' ? begunText(begun) : structured(begun, output));
    }),
  );
}

function begunText({ incidentId, watchFor, resolvesAt }: WireTestIncidentBegun): string {
  const { condition, kind, namespace, name } = watchFor;
  const state = incidentId === null ? 'on its way' : `${incidentId} open`;
  return `${printable(`${state}: ${condition}: ${kind} ${namespace}/${name}, resolves by itself at about ${resolvesAt}`)}\n`;
}
