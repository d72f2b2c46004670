/** Sinks and what was refused, as tables or for programs. */
import type { WireSink, WireSinkRefusal } from '@tattle/contract';
import { shortDuration } from './durations.ts';
import { type ListForm, type ListLook, listed } from './listing.ts';

const COLUMNS = ['NAME', 'TYPE', 'STATE', 'BEHIND', 'LAST TAKEN', 'REFUSED', 'LAST ERROR'];
const WIDE = [...COLUMNS, 'TARGET', 'TAKES', 'RUN BY'];
const REFUSAL_COLUMNS = ['ID', 'AGE', 'RECORD', 'CAN BE SENT AGAIN', 'REASON'];

export function renderSinks(items: readonly WireSink[], look: ListLook, now: number): string {
  const isWide = look.output === 'wide';
  return listed(items, look, {
    nameOf: ({ name }) => name,
    columns: isWide ? WIDE : COLUMNS,
    row: (item) => [...sinkRow(item, now), ...(isWide ? wideCells(item) : [])],
  });
}

function sinkRow(item: WireSink, now: number): readonly string[] {
  const { name, type, state, stage, behindSeconds, lastTakenAt, refused, failingSince, lastError } = item;
  const ago = (at: string) => `${shortDuration(now - Date.parse(at))} ago`;
  const behind = behindSeconds === 0 ? '-' : shortDuration(behindSeconds * 1000);
  const word =
    failingSince === null || state !== 'failing'
      ? state
      : `failing for ${shortDuration(now - Date.parse(failingSince))}`;
  return [
    name,
    type,
    stage === 'catching-up' && state !== 'failing' ? `${word}, catching up` : word,
    behind,
    lastTakenAt === null ? 'never' : ago(lastTakenAt),
    String(refused),
    lastError === null ? '' : `${ago(lastError.at)}: ${lastError.error}`,
  ];
}

function wideCells({ target, takes: { include, minimumSeverity, namespaces }, runBy }: WireSink): readonly string[] {
  const what = include === 'both' ? 'events, incidents' : include;
  const severity = minimumSeverity === 'info' ? '' : `, ${minimumSeverity} and worse`;
  const where = namespaces === null ? '' : `, in ${namespaces.map((name) => (name === '' ? '""' : name)).join(' ')}`;
  return [target, `${what}${severity}${where}`, runBy];
}

export function renderRefusals(
  items: readonly WireSinkRefusal[],
  look: ListLook & { readonly output: ListForm },
  now: number,
): string {
  return listed(items, look, {
    nameOf: ({ id }) => id,
    columns: REFUSAL_COLUMNS,
    row: ({ id, at, record, reason, cut, replaying }) => [
      id,
      shortDuration(now - Date.parse(at)),
      record,
      replaying ? 'waits' : cut ? 'no: its end is not kept' : 'yes',
      reason,
    ],
  });
}
