/** The long texts of an Event: its note, its labels and annotations, bounded without splitting what must be redacted whole. */
import { isFields, text } from '../kit/fields.ts';

/** New-style Events end at 1 kB, old-style ones can have any size; more than this helps nobody. UTF-16 units. */
const NOTE_LIMIT = 16_384;
/** How far back from the limit a cut looks for white space. */
const CUT_SLACK = 512;
const MAP_ENTRIES = 64;
const MAP_KEY_LIMIT = 317;
const MAP_VALUE_LIMIT = 1024;

const NOTHING: Readonly<Record<string, string>> = Object.freeze({});

export function cutNote(value: unknown): string {
  if (typeof value !== 'string' || value.length <= NOTE_LIMIT) return text(value, NOTE_LIMIT);
  const kept = text(value.slice(0, cutBefore(value)), NOTE_LIMIT);
  return `${kept} … [cut: ${value.length - kept.length} of ${value.length} characters]`;
}

/**
 * Redaction comes after this: a token or a key cut in two would no longer be recognised, so the cut is made at white space,
 * and before a private key that the limit would leave without its end.
 */
function cutBefore(note: string): number {
  const key = note.lastIndexOf('-----BEGIN', NOTE_LIMIT);
  if (key >= 0) {
    const end = note.indexOf('-----END', key);
    if (end < 0 || end > NOTE_LIMIT - 64) return key;
  }
  for (let at = NOTE_LIMIT; at > NOTE_LIMIT - CUT_SLACK; at -= 1) {
    const code = note.charCodeAt(at);
    if (code === 32 || (code >= 9 && code <= 13)) return at;
  }
  return NOTE_LIMIT;
}

/** Labels or annotations: at most 64 entries, values cut to 1 kB, nothing that could touch a prototype. */
export function stringMap(value: unknown): Readonly<Record<string, string>> {
  if (!isFields(value)) return NOTHING;
  const kept: Record<string, string> = {};
  let entries = 0;
  for (const key in value) {
    if (key === '__proto__' || !Object.hasOwn(value, key)) continue;
    if (entries >= MAP_ENTRIES) break;
    kept[text(key, MAP_KEY_LIMIT)] = text(value[key], MAP_VALUE_LIMIT);
    entries += 1;
  }
  return entries === 0 ? NOTHING : kept;
}
