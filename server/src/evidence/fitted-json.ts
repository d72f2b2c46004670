/** JSON text that keeps to a size and stays JSON: long strings and lists are shortened until it fits. */

export interface FittedJson {
  readonly text: string;
  readonly truncated: boolean;
}

/** Tried in turn: the longest string, and the most entries of a list or object. */
const SHORTER = [
  { characters: 8192, entries: 1000 },
  { characters: 2048, entries: 200 },
  { characters: 512, entries: 50 },
  { characters: 128, entries: 20 },
  { characters: 64, entries: 5 },
];
/** Deeper than any Kubernetes object that makes sense. */
const DEEPEST = 64;

export function fittedJson(value: unknown, maxBytes: number): FittedJson {
  const whole = JSON.stringify(shortened(value, { characters: Infinity, entries: Infinity }, 0));
  if (Buffer.byteLength(whole) <= maxBytes) return { text: whole, truncated: false };
  for (const limits of SHORTER) {
    const text = JSON.stringify(shortened(value, limits, 0));
    if (Buffer.byteLength(text) <= maxBytes) return { text, truncated: true };
  }
  return { text: '"…"', truncated: true };
}

function shortened(value: unknown, limits: { characters: number; entries: number }, depth: number): unknown {
  if (typeof value === 'string') {
    return value.length > limits.characters ? `${value.slice(0, limits.characters)}…` : value;
  }
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) {
    const kept = value.slice(0, limits.entries).map((item) => shortened(item, limits, depth + 1));
    return value.length > limits.entries ? [...kept, `… ${value.length - limits.entries} more`] : kept;
  }
  const entries = Object.entries(value);
  const kept = entries.slice(0, limits.entries).map(([name, item]) => [name, shortened(item, limits, depth + 1)]);
  if (entries.length > limits.entries) kept.push(['…', `${entries.length - limits.entries} more`]);
  return Object.fromEntries(kept) as unknown;
}
