/** Where in a piece of evidence the words of a citation stand: the lines of a log, or the place in a JSON body. */
import type { WireEvidence } from '@tattle/contract';
import type { Pointer } from '../../design/yaml-lines.ts';

/** Lines count from 0; `to` is included. */
export interface CitedLines {
  readonly from: number;
  readonly to: number;
}

/** The last time that it was said: what failed is at the end. Null where it is not there. */
export function citedLines(log: string, words: string): CitedLines | null {
  const start = words === '' ? -1 : log.lastIndexOf(words);
  if (start < 0) return null;
  const from = lineBreaks(log.slice(0, start));
  return { from, to: from + lineBreaks(words.trimEnd()) };
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1;
}

/** `body` is the parsed one. Null where the words are not there. */
export function citedPointer(kind: WireEvidence['kind'], body: unknown, words: string): Pointer | null {
  if (words === '') return null;
  return textAt(body, words, []) ?? fieldCited(kind, body, words);
}

/** One of the strings, however deep, that begins with the words: citations of long ones are cut. */
function textAt(value: unknown, words: string, pointer: Pointer): Pointer | null {
  if (typeof value === 'string') return value.trim().startsWith(words) ? pointer : null;
  return firstOf(stepsInto(value), ([step, entry]) => textAt(entry, words, [...pointer, step]));
}

/** `containers[app].resources.limits.memory: 24Mi`: a path, then what stands there. Paths of specs begin inside of `spec`. */
function fieldCited(kind: WireEvidence['kind'], body: unknown, words: string): Pointer | null {
  const colon = words.indexOf(': ');
  if (colon <= 0) return null;
  const [path, wanted] = [words.slice(0, colon), words.slice(colon + 2)];
  if (kind !== 'spec') return fieldAt(body, path, wanted, []);
  return isMap(body) ? fieldAt(body['spec'], path, wanted, ['spec']) : null;
}

/** Keys may hold dots and brackets themselves (labels, names of resources): every one that the path begins with is tried. */
function fieldAt(value: unknown, path: string, wanted: string, pointer: Pointer): Pointer | null {
  if (path === '') return wanted !== '' && written(value).startsWith(wanted) ? pointer : null;
  return firstOf(stepsInto(value), ([step, entry]) => {
    for (const name of spellings(step, entry)) {
      const rest = path.slice(name.length);
      if (!path.startsWith(name) || !/^(?:$|[.[])/.test(rest)) continue;
      const found = fieldAt(entry, rest.replace(/^\./, ''), wanted, [...pointer, step]);
      if (found !== null) return found;
    }
    return null;
  });
}

/** Entries of lists go by their name, type or index. */
function spellings(step: string | number, entry: unknown): readonly string[] {
  if (typeof step === 'string') return [step];
  const names = isMap(entry) ? [entry['name'], entry['type']].filter((name) => typeof name === 'string') : [];
  return [...names, String(step)].map((name) => `[${name}]`);
}

function stepsInto(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return [...(value as readonly unknown[]).entries()];
  return isMap(value) ? Object.entries(value) : [];
}

function firstOf<Item>(items: readonly Item[], find: (item: Item) => Pointer | null): Pointer | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

function written(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.trim();
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
