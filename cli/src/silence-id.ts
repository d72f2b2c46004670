/** Ids of silences as people write them: whole, or the beginning that tells one from the others. */
import type { WireSilence } from '@tattle/contract';
import type { Connection } from './connection.ts';
import { CommandFailure, EXIT, usageFailure } from './failure.ts';

const WHOLE = /^sil_[0-9a-f-]{36}$/;
const MOST = 1000;

/** As they are written where they are whole. Rejects with `CommandFailure` where one names none, or several. */
export async function silenceIds(
  written: readonly string[],
  connection: Pick<Connection, 'get'>,
): Promise<readonly string[]> {
  for (const text of written) {
    if (/^\.{0,2}$/.test(text)) throw usageFailure('that is no id of a silence', 'tattle silence list has them.');
  }
  if (written.every((text) => WHOLE.test(text))) return written;
  const query = new URLSearchParams({ limit: String(MOST) });
  for (const state of ['active', 'pending', 'expired']) query.append('state', state);
  const { items } = (await connection.get('/api/v1/silences', query, 'items')) as { items: readonly WireSilence[] };
  return written.map((text) => (WHOLE.test(text) ? text : oneOf(text, items)));
}

function oneOf(text: string, silences: readonly WireSilence[]): string {
  const found = silences.filter(({ id }) => id.startsWith(text) || id.startsWith(`sil_${text}`));
  const [one] = found;
  if (one !== undefined && found.length === 1) return one.id;
  const why = found.length === 0 ? 'there is no silence' : `${found.length} silences begin with`;
  throw new CommandFailure(EXIT.failed, `${why} ${text}`, 'tattle silence list --state active,pending has them.');
}
