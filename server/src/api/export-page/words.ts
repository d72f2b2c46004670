/** How the page says times, lengths and objects. It has no script, so that its times are UTC for every reader. */
import type { WireEvidence, WireIncident, WireObjectRef, WireSeverity } from '@tattle/contract';
import { html, type Markup } from './markup.ts';

export const EVIDENCE_WORDS: Readonly<Record<WireEvidence['kind'], string>> = {
  log: 'Log',
  'previous-log': 'Log of the run before',
  events: 'Events around it',
  status: 'Status',
  spec: 'Spec',
  changes: 'Changes',
  usage: 'Usage',
  quota: 'Quotas and limits',
  endpoints: 'Services and endpoints',
  owners: 'Owners and rollouts',
  node: 'Node state',
};

export const STATE_WORDS: Readonly<Record<WireIncident['state'], string>> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  regressed: 'Came back',
};

/** A shape for each, so that no colour stands alone. */
export const SEVERITY_MARKS: Readonly<Record<WireSeverity, string>> = {
  critical: '◆',
  high: '▲',
  medium: '●',
  low: '■',
  info: '○',
};

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** `2026-11-20 23:43:36`; the day is left out where `day` says it already. */
export function moment(time: string, day = ''): Markup {
  const [date = '', clock = ''] = time.replace('Z', '').split('T');
  const short = clock.slice(0, 8);
  return html`<time datetime="${time}">${date === day ? short : `${date} ${short}`}</time>`;
}

export function dayOf(time: string): string {
  return time.slice(0, 10);
}

/** `42 s`, `3 min`, `5 h 20 min`, `3 d 4 h`. */
export function lengthText(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function objectText({ namespace, name }: WireObjectRef): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

export function object(ref: WireObjectRef): Markup {
  return html`<span class="object"><span class="kind">${ref.kind}</span> <bdi>${objectText(ref)}</bdi></span>`;
}

export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
