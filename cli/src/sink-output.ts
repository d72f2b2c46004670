/** Sinks and what was refused, as tables or for programs. */
import type { WireSink, WireSinkRefusal } from '@tattle/contract';
import { shortDuration } from './durations.ts';
import { structured } from './forms.ts';
import { printable } from './printable.ts';
import { Table } from './table.ts';

export const SINK_FORMS = ['table', 'wide', 'json', 'jsonl', 'yaml', 'name'] as const;
export const REFUSAL_FORMS = ['table', 'json', 'jsonl', 'yaml', 'name'] as const;

interface Look<Form> {
  readonly output: Form;
  readonly headers: boolean;
}

const COLUMNS = ['NAME', 'TYPE', 'STATE', 'BEHIND', 'LAST TAKEN', 'REFUSED', 'LAST ERROR'];

export function renderSinks(
  items: readonly WireSink[],
  { output, headers }: Look<(typeof SINK_FORMS)[number]>,
  now: number,
): string {
  switch (output) {
    case 'json':
    case 'jsonl':
    case 'yaml':
      return structured(items, output);
    case 'name':
      return items.map(({ name }) => `${printable(name)}\n`).join('');
    case 'table':
    case 'wide': {
      const isWide = output === 'wide';
      const rows = items.map((item) => [...sinkRow(item, now), ...(isWide ? wideCells(item) : [])].map(printable));
      return new Table(isWide ? [...COLUMNS, 'TARGET', 'TAKES', 'RUN BY'] : COLUMNS).render(
        rows,
        headers && items.length > 0,
      );
    }
  }
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
  { output, headers }: Look<(typeof REFUSAL_FORMS)[number]>,
  now: number,
): string {
  switch (output) {
    case 'json':
    case 'jsonl':
    case 'yaml':
      return structured(items, output);
    case 'name':
      return items.map(({ id }) => `${printable(id)}\n`).join('');
    case 'table': {
      const rows = items.map(({ id, at, record, reason, cut, replaying }) =>
        [
          id,
          shortDuration(now - Date.parse(at)),
          record,
          replaying ? 'waits' : cut ? 'no: its end is not kept' : 'yes',
          reason,
        ].map(printable),
      );
      return new Table(['ID', 'AGE', 'RECORD', 'CAN BE SENT AGAIN', 'REASON']).render(
        rows,
        headers && items.length > 0,
      );
    }
  }
}
