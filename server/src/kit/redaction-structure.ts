/** Redaction of structured values (pod specs, labels): names decide beside the text, and a tag shows that a masked value changed. */
import { createHmac } from 'node:crypto';
import { mayBeSecret, promisedBy } from './redaction-names.ts';
import { mask } from './redaction-spans.ts';

/** Deeper nesting than any Kubernetes object has; what lies below is left out. */
const DEEPEST = 64;

export interface StructureRedaction {
  readonly text: (text: string) => string;
  /**
   * Key of the tags, or null for none. A tag is 32 bits of HMAC-SHA256: equal values have equal tags, so that a diff of two
   * masked objects says "changed" or not. Without the key a tag cannot be tried against guesses; with it, a weak password can.
   * It must therefore not be stored beside what it masks.
   */
  readonly tagKey: Uint8Array | null;
}

export function redactStructure(value: unknown, how: StructureRedaction, depth = 0): unknown {
  if (typeof value === 'string') return how.text(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '[too deep]';
  if (Array.isArray(value)) return redactList(value, how, depth);
  return redactObject(value as Readonly<Record<string, unknown>>, how, depth);
}

function redactObject(object: Readonly<Record<string, unknown>>, how: StructureRedaction, depth: number): unknown {
  const isSecret = object['kind'] === 'Secret';
  // An entry of an environment: { name, value }.
  const entryName = typeof object['name'] === 'string' ? object['name'] : null;
  const entries = Object.entries(object).map(([key, inner]): [string, unknown] => {
    if (isSecret && (key === 'data' || key === 'stringData')) return [key, maskAll(inner, how)];
    const name = key === 'value' && entryName !== null ? entryName : key;
    return [key, redactNamed(name, inner, how, depth + 1)];
  });
  return Object.fromEntries(entries);
}

/** The value of a property or variable `name`. */
export function redactNamed(name: string, value: unknown, how: StructureRedaction, depth = 0): unknown {
  if (typeof value === 'string' || typeof value === 'number') {
    const promised = promisedBy(lastSegment(name));
    const text = String(value);
    if (promised !== null && mayBeSecret(promised, text)) {
      return tagged(promised === 'password' ? 'password' : 'secret', text, how);
    }
  }
  return redactStructure(value, how, depth);
}

/** Label and annotation keys carry a domain: example.com/token. */
function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Arguments: what follows `--password` is masked. */
function redactList(list: readonly unknown[], how: StructureRedaction, depth: number): unknown[] {
  return list.map((item, i) => {
    const before = list[i - 1];
    const flag =
      typeof before === 'string' && /^--?[A-Za-z][\w.-]{0,127}$/.test(before) ? before.replace(/^-+/, '') : null;
    if (flag !== null && typeof item === 'string' && !item.startsWith('-'))
      return redactNamed(flag, item, how, depth + 1);
    return redactStructure(item, how, depth + 1);
  });
}

function maskAll(value: unknown, how: StructureRedaction): unknown {
  if (typeof value !== 'object' || value === null) return mask('secret');
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, tagged('secret', String(inner), how)]));
}

function tagged(label: string, value: string, how: StructureRedaction): string {
  if (how.tagKey === null) return mask(label);
  return mask(label, createHmac('sha256', how.tagKey).update(value).digest('hex').slice(0, 8));
}
