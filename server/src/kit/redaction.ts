/** Takes secrets out of texts, label maps and objects before anything is stored, logged or sent. */
import { findCards, findEmails, findAddresses, findImages, nodeNameFinder } from './redaction-optional.ts';
import { pairFinder } from './redaction-pairs.ts';
import { findPrivateKeys } from './redaction-private-keys.ts';
import { renderMasked, type Finder, type Span } from './redaction-spans.ts';
import { redactNamed, redactStructure, type StructureRedaction } from './redaction-structure.ts';
import { tokenFinder } from './redaction-tokens.ts';
import { urlFinder } from './redaction-urls.ts';
import { compileUserPatterns, type CompiledPatterns, type UserPattern } from './redaction-user-patterns.ts';

export interface RedactionOptions {
  readonly emails?: boolean;
  /** Card numbers, checked by Luhn. */
  readonly cards?: boolean;
  readonly ips?: boolean;
  readonly images?: boolean;
  /** Given, names for which it answers true are masked: whether a cluster has a node of that name. */
  readonly isNode?: (name: string) => boolean;
  readonly patterns?: readonly UserPattern[];
  /**
   * Key for the tags that `structure` puts into masks, so that a diff says "changed". At least 16 random bytes, kept in memory
   * or in a file beside the configuration, never in the store. Without it masks are untagged.
   */
  readonly tagKey?: Uint8Array;
}

/** Pure and synchronous. Redacting what is already redacted changes nothing. Redact first, truncate after: half a secret leaks. */
export interface Redactor {
  /** Messages and logs. Masks carry no tag here: the same text reads the same in every process. */
  readonly text: (text: string) => string;
  /** Values of labels and annotations; the map itself where nothing had to be masked. */
  readonly labels: (labels: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** A copy of a parsed JSON value: environment entries, flags and properties by name, all other strings as text. */
  readonly structure: (value: unknown) => unknown;
  /** Names of nodes are masked: its answers then change with the cluster and must not be remembered. */
  readonly masksNodes: boolean;
}

export type RedactorResult =
  | { readonly ok: true; readonly redactor: Redactor }
  | { readonly ok: false; readonly problems: Extract<CompiledPatterns, { ok: false }>['problems'] };

/** Fails only on patterns that cannot be used; `field` is then relative to `patterns`: `[2].pattern`. */
export function createRedactor(options: RedactionOptions = {}): RedactorResult {
  const own = compileUserPatterns(options.patterns ?? []);
  if (!own.ok) return own;
  const finders: Finder[] = [findPrivateKeys, tokenFinder(), urlFinder(), pairFinder()];
  if (options.emails) finders.push(findEmails);
  if (options.cards) finders.push(findCards);
  if (options.ips) finders.push(findAddresses);
  if (options.images) finders.push(findImages);
  if (options.isNode) finders.push(nodeNameFinder(options.isNode));
  finders.push(...own.finders);
  const text = (source: string): string => redactText(source, finders);
  return { ok: true, redactor: redactorOver({ text, tagKey: options.tagKey ?? null }, options.isNode !== undefined) };
}

function redactorOver(how: StructureRedaction, masksNodes: boolean): Redactor {
  const untagged: StructureRedaction = { text: how.text, tagKey: null };
  return {
    text: how.text,
    labels: (labels) => redactLabels(labels, untagged),
    structure: (value) => redactStructure(value, how),
    masksNodes,
  };
}

function redactText(text: string, finders: readonly Finder[]): string {
  // Nothing that is recognised is shorter: `pw=a1`.
  if (text.length < 5) return text;
  const found: Span[] = [];
  for (const find of finders) find(text, found);
  return found.length === 0 ? text : renderMasked(text, found);
}

function redactLabels(
  labels: Readonly<Record<string, string>>,
  how: StructureRedaction,
): Readonly<Record<string, string>> {
  let changed: [string, string][] | null = null;
  for (const key of Object.keys(labels)) {
    const value = labels[key] ?? '';
    const masked = redactNamed(key, value, how);
    if (masked !== value) (changed ??= []).push([key, String(masked)]);
  }
  return changed === null ? labels : Object.fromEntries([...Object.entries(labels), ...changed]);
}
