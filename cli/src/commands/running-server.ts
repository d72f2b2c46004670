/** What only a running server knows or does: who is told is decided there. */
import type { Connection } from '../connection.ts';
import { CommandFailure, EXIT } from '../failure.ts';

/** Throws `CommandFailure` where a store is read itself. `what` ends the sentence "no server runs that …". */
export function needsServer({ live }: Pick<Connection, 'live'>, what: string): void {
  if (live) return;
  throw new CommandFailure(EXIT.failed, `no server runs that ${what}`, 'tattle serve starts one.');
}
