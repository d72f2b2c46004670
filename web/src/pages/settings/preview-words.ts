/** What a preview of filter rules says, in sentences and bars. Pure. */
import type { WireConfigPreview } from '@tattle/contract';
import { counted, percent, whole } from '../../design/numbers.ts';

type Verdicts = WireConfigPreview['now'];

/** 0 where nothing arrived. */
export function droppedShare({ kept, dropped }: Verdicts): number {
  return kept + dropped === 0 ? 0 : dropped / (kept + dropped);
}

export interface Headline {
  /** `drop 82 % of the last day`. */
  readonly claim: string;
  readonly count: string;
  /** Against the rules in force; empty where nothing is tried. */
  readonly compared: string;
}

export function headline({ now, then }: Pick<WireConfigPreview, 'now' | 'then'>, isTried: boolean): Headline {
  const total = then.kept + then.dropped;
  return {
    claim: total === 0 ? 'Nothing arrived in the last day' : claimOf(then),
    count: total === 0 ? '' : countOf(then.dropped, total),
    compared: isTried && total > 0 ? comparedWith(now, then) : '',
  };
}

function countOf(dropped: number, total: number): string {
  return dropped === 0 || dropped === total
    ? `${whole(total)} received`
    : `${whole(dropped)} of ${whole(total)} received`;
}

function claimOf(verdicts: Verdicts): string {
  if (verdicts.dropped === 0) return 'Keeps all of the last day';
  if (verdicts.kept === 0) return 'Drops all of the last day';
  return `Drops ${percent(droppedShare(verdicts))} of the last day`;
}

function comparedWith(now: Verdicts, then: Verdicts): string {
  const more = then.dropped - now.dropped;
  if (more === 0) return 'As many as the rules in force';
  return `${whole(Math.abs(more))} ${more > 0 ? 'more' : 'fewer'} than the rules in force, which drop ${now.dropped === 0 ? 'none' : percent(droppedShare(now))}`;
}

export interface NamespaceBar {
  readonly key: string;
  readonly cluster: string;
  readonly clusterName: string;
  /** Empty for what lies in none. */
  readonly namespace: string;
  readonly seen: number;
  readonly keptNow: number;
  readonly keptThen: number;
  /** Of the busiest namespace, 0 to 1. */
  readonly width: number;
  /** Of what was seen in it, 0 to 1. */
  readonly keptShare: number;
  readonly changes: boolean;
}

/** Those whose lot changes first, then the busiest. */
export function namespaceBars(byNamespace: WireConfigPreview['byNamespace']): readonly NamespaceBar[] {
  const most = Math.max(1, ...byNamespace.map(({ seen }) => seen));
  return byNamespace
    .map((row) => ({
      ...row,
      key: `${row.cluster}/${row.namespace}`,
      width: row.seen / most,
      keptShare: row.seen === 0 ? 0 : row.keptThen / row.seen,
      changes: row.keptNow !== row.keptThen,
    }))
    .sort((a, b) => Number(b.changes) - Number(a.changes) || b.seen - a.seen || a.key.localeCompare(b.key));
}

/** What the numbers do not cover, each in a sentence. */
export function limitsOf({ onStored, notJudged, partial, ungrouped }: WireConfigPreview): readonly string[] {
  const limits: string[] = [];
  if (onStored !== null) {
    const names = { labelSelector: 'the label selector', minimumCount: 'the minimum count' };
    const rules = onStored.rules.map((rule) => names[rule]).join(' and ');
    limits.push(
      `Not in these numbers: ${rules}. Of ${counted(onStored.events, 'stored event')}, that drops ${whole(onStored.dropped)}.`,
    );
  }
  if (notJudged.length > 0) {
    limits.push(
      'Not in these numbers: the annotation selector. Annotations are not stored, so it shows only once it is in force.',
    );
  }
  if (partial) limits.push('Only the newest stored events were looked at for the examples.');
  if (ungrouped > 0) limits.push(`Another ${whole(ungrouped)} were too varied to be counted apart.`);
  return limits;
}

/** Whether counting began later than asked for; the process started then. */
export function isShortened({ from, since }: Pick<WireConfigPreview, 'from' | 'since'>): boolean {
  return Date.parse(since) - Date.parse(from) > 60_000;
}
