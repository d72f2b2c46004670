/** `tattle incident told`: why somebody was, or was not, told of it. */
import type { Command } from 'commander';
import type { WireNoticeDecisions } from '@tattle/contract';
import type { Connection } from '../connection.ts';
import { structured, type TextForm } from '../forms.ts';
import { widthOf } from '../incident-lines.ts';
import { incidentPath } from '../incident-path.ts';
import { toldText } from '../incident-told-text.ts';
import { READING_EXITS, withManual } from '../manual.ts';
import type { Surroundings } from '../surroundings.ts';
import { type TargetFlags, withTarget } from './flags.ts';
import { withForm } from './incident-acts.ts';
import { needsServer } from './running-server.ts';

interface Flags extends TargetFlags {
  readonly output: TextForm;
}

/** Opens what the flags name, and closes it after the work. */
type Connected = (flags: TargetFlags, work: (connection: Connection) => Promise<void>) => Promise<void>;

export function toldCommand(incident: Command, connected: Connected, { stdout }: Surroundings): void {
  const command = withManual(incident.command('told'), {
    summary: 'why somebody was, or was not, told of it',
    about: [
      'Says of every turn of an incident (opened, got worse, resolved, …) who was told, what became of that, and what was held back or withheld, and why: a silence, quiet hours, no route, nothing new.',
    ],
    examples: [
      ['tattle incident told 3f2a', 'why was I not told?'],
      ['tattle incident told 3f2a -o json | jq \'.[] | select(.verdict != "told")\'', 'what was not told'],
    ],
    exits: READING_EXITS,
  }).argument('<id>', 'its id, or the beginning of it');
  withTarget(withForm(command)).action((id: string, flags: Flags) =>
    connected(flags, async (connection) => {
      needsServer(connection, 'could say what it decided');
      const { items } = await decisionsAbout(connection, id);
      await stdout.write(flags.output === 'text' ? toldText(items, widthOf(stdout)) : structured(items, flags.output));
    }),
  );
}

/** The newest first. */
export async function decisionsAbout(connection: Pick<Connection, 'get'>, id: string): Promise<WireNoticeDecisions> {
  const path = `${incidentPath(id)}/decisions`;
  return (await connection.get(path, new URLSearchParams(), 'items')) as WireNoticeDecisions;
}
