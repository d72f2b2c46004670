/** Whether a cluster's clock agrees with ours: ages, ranges and gaps are reckoned over both. */
import { type Check, fail, ok, skipped, warn } from './check.ts';

const NOTABLE_MS = 5000;
const WRONG_MS = 60_000;
/** Of the Date header: it counts whole seconds. */
const GRAIN_MS = 1000;

export interface DatedAnswer {
  /** The Date header, as it stands. */
  readonly date: string;
  /** By our clock, milliseconds. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

export function clockCheck(name: string, { date, askedAt, answeredAt }: DatedAnswer): Check {
  const theirs = Date.parse(date);
  if (Number.isNaN(theirs)) return skipped(name, 'the server does not say what time it is');
  const ours = (askedAt + answeredAt) / 2;
  const difference = theirs + GRAIN_MS / 2 - ours;
  const seconds = Math.round(Math.abs(difference) / 1000);
  const told = `${seconds} s ${difference > 0 ? 'ahead of' : 'behind'} this machine’s`;
  const mend = 'Set both by NTP (chrony, systemd-timesyncd): ages and gaps are wrong by as much.';
  if (Math.abs(difference) > WRONG_MS) return fail(name, told, mend);
  if (Math.abs(difference) > NOTABLE_MS) return warn(name, told, mend);
  return ok(name, 'agrees with this machine’s');
}
