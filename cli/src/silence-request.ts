/** From the flags of `tattle silence add` to what the API makes a silence of. */
import type { WireIncidentDetail, WireNewSilence } from '@tattle/contract';
import type { Connection } from './connection.ts';
import { usageFailure } from './failure.ts';
import { incidentPath } from './incident-path.ts';
import { matchersOfIncident } from './matcher-text.ts';
import { minutesOf, momentOf } from './time-flags.ts';

export interface NewSilenceFlags {
  readonly incident?: string;
  readonly for?: string;
  readonly until?: string;
  readonly start?: string;
  readonly comment?: string;
  readonly dryRun?: boolean;
}

/** All but the matchers, which an incident may add to. */
export type SilenceTerms = Omit<WireNewSilence, 'matchers'>;

/** Null for a dry run that says neither how long nor why. Throws `CommandFailure` for flags that make no sense. */
export function readTerms(written: readonly string[], flags: NewSilenceFlags): SilenceTerms | null {
  const { for: length, until, start, comment, incident, dryRun = false } = flags;
  if (written.length === 0 && incident === undefined) {
    throw usageFailure('nothing says what is silenced', 'Give matchers such as namespace=shop, or --incident ID.');
  }
  if (length !== undefined && until !== undefined) throw usageFailure('--for and --until exclude one another');
  const terms = {
    ...(start === undefined ? {} : { startsAt: momentOf('--start', start) }),
    ...(length === undefined ? {} : { forMinutes: minutesOf('--for', length) }),
    ...(until === undefined ? {} : { endsAt: momentOf('--until', until) }),
  };
  if (dryRun) return null;
  if (length === undefined && until === undefined) {
    throw usageFailure('nothing says when it ends', 'Give --for 2h, or --until 2026-01-31T18:00:00Z.');
  }
  if (comment === undefined || comment.trim() === '') {
    throw usageFailure('nothing says why', 'Give --comment: whoever is not told will read it.');
  }
  return { ...terms, comment };
}

/** What is written, and what an incident adds: the same problem of the same object. */
export async function allMatchers(
  written: readonly string[],
  incident: string | undefined,
  connection: Pick<Connection, 'get'>,
): Promise<string[]> {
  if (incident === undefined) return [...written];
  const path = incidentPath(incident);
  const found = (await connection.get(path, new URLSearchParams(), 'condition')) as WireIncidentDetail;
  return [...matchersOfIncident(found), ...written];
}
