/** Secrets that follow their name: key=value, key: value, "key":"value", --flag value, headers, and environment lists. */
import { isBlank, isNameChar, isSpace, runEnd, runStart } from './redaction-chars.ts';
import { isBasicCredential, looksRandom, mayBeSecret, promisedBy, type Promised } from './redaction-names.ts';
import { maskedAt, type Finder, type Span } from './redaction-spans.ts';

/** Every name that promises something holds one of these. */
const STEM =
  /pass|pwd|secret|token|key|cred|auth|cookie|sig|dsn|jwt|sess|sid|bearer|basic|dockerc|connectionstring|pw(?=["']?[=:])/gi;
const LONGEST_NAME = 128;
const LONGEST_VALUE = 4096;
const QUOTE = /\\*(?:"""|'''|["'`])/y;
/** Before and after the name of an environment variable, in JSON, YAML or Go's print: `name: X, value: …`. */
const NAME_PROPERTY = /\bname\\*["']?[ \t]{0,4}:[ \t]{0,4}\\*["']?$/i;
const VALUE_PROPERTY = /[ \t]{0,8}(?:,\s{0,32}\\*["']?value\\*["']?\s{0,8}:|\r?\n[^\n]{0,48}\bvalue:)[ \t]{0,8}/iy;
/** Between the elements of a list of arguments in JSON or YAML. */
const NEXT_ELEMENT = /\\*["']\s{0,32},\s{0,64}(?=\\*["'])|\\*["']?\r?\n[ \t]{0,32}- /y;
/** What follows a flag in a sentence about it. */
const ABOUT_FLAG = /(?:is|was|are|must|not|or|and|cannot|can|should|has|for|flag|option|to|of|in|on)\b/y;
const LIST_COMMA = /\s{0,8},\s{0,64}(?=\\*["'])/y;
const SCHEME = /(?:bearer|basic|token|digest|negotiate|apikey|aws4-hmac-sha256)[ ]{1,4}/iy;

/** How a name and its value are joined. In `prose` (`invalid token: unexpected status`) the value is most often a word. */
interface Link {
  readonly at: number;
  readonly prose: boolean;
}

export function pairFinder(): Finder {
  const stem = new RegExp(STEM);
  return (text, found) => {
    stem.lastIndex = 0;
    let from = 0;
    for (let hit = stem.exec(text); hit !== null; hit = stem.exec(text)) {
      const end = runEnd(text, hit.index, isNameChar, hit.index + LONGEST_NAME);
      const start = runStart(text, hit.index, isNameChar, Math.max(from, hit.index - LONGEST_NAME));
      from = pairAt(text, start, Math.max(end, stem.lastIndex), found);
      stem.lastIndex = from;
    }
  };
}

/** Masks the value of the name at [start, end), if it has one, and returns where to go on. */
function pairAt(text: string, start: number, end: number, found: Span[]): number {
  const word = text.slice(start, end).toLowerCase();
  if (word === 'bearer' || word === 'basic') return schemeValue(text, word, end, found);
  let nameEnd = end;
  while (nameEnd > start && (text[nameEnd - 1] === '.' || text[nameEnd - 1] === '-')) nameEnd--;
  const link = linkAfter(text, start, nameEnd);
  if (link === null) return end;
  const name = text.slice(start, nameEnd).replace(/^[-.]+/, '');
  const promised = promisedBy(name);
  if (promised === null) return end;
  if (/cookie$/i.test(name)) return cookieValue(text, link.at, end, found);
  return maskValue(text, link, promised, end, found);
}

function linkAfter(text: string, start: number, end: number): Link | null {
  const quoteEnd = sticky(QUOTE, text, end);
  const afterName = quoteEnd === -1 ? end : quoteEnd;
  const at = runEnd(text, afterName, isBlank, afterName + 8);
  const sign = text[at];
  if (sign === '=') return assigned(text, at);
  if (sign === ':') {
    const next = text[at + 1];
    if (next === '=') return assigned(text, at + 1);
    if (next === ':' || text.startsWith('//', at + 1)) return null;
    const valueAt = runEnd(text, at + 1, isBlank, at + 33);
    const bare = quoteEnd === -1 && valueAt > at + 1;
    return { at: valueAt, prose: bare && midSentence(text, start, end) };
  }
  // <password>…</password>
  if (sign === '>' && text[start - 1] === '<') return { at: at + 1, prose: false };
  if (text.startsWith('--', start)) {
    const element = sticky(NEXT_ELEMENT, text, end);
    if (element !== -1) return { at: element, prose: false };
    const isFlagValue = quoteEnd === -1 && at > end && text[at] !== '-' && sticky(ABOUT_FLAG, text, at) === -1;
    return isFlagValue ? { at, prose: false } : null;
  }
  if (!NAME_PROPERTY.test(text.slice(Math.max(0, start - 16), start))) return null;
  const property = sticky(VALUE_PROPERTY, text, afterName);
  return property === -1 ? null : { at: property, prose: false };
}

function assigned(text: string, at: number): Link {
  let next = at + 1;
  if (text[next] === '=' || text[next] === '>') next++;
  return { at: runEnd(text, next, isBlank, next + 8), prose: false };
}

/** `failed to fetch token: …`: a plain word after another word, not a setting's name and not first in its line. */
function midSentence(text: string, start: number, end: number): boolean {
  const name = text.slice(start, end);
  if (/[_.]|^[A-Z][A-Z0-9]+$/.test(name) || name.includes('-')) return false;
  const before = text.slice(Math.max(0, start - 2), start);
  return /[A-Za-z0-9"')\]] $/.test(before);
}

function maskValue(text: string, link: Link, promised: Promised, resume: number, found: Span[]): number {
  let at = link.at;
  const list = text[at] === '[' && !maskedAt(text, at);
  if (list) at = runEnd(text, at + 1, isSpace, at + 64);
  const scheme = sticky(SCHEME, text, at);
  if (scheme !== -1) at = scheme;
  for (;;) {
    const value = valueAt(text, at);
    const inside = text.slice(value.start, value.end);
    const convinced = link.prose ? proseSecret(text, promised, inside, value.end) : mayBeSecret(promised, inside);
    if (!convinced || /^[{[]/.test(inside)) return resume;
    found.push({ start: value.start, end: value.end, label: promised === 'password' ? 'password' : 'secret' });
    const next = list && value.after > value.end ? sticky(LIST_COMMA, text, value.after) : -1;
    if (next === -1) return value.after;
    at = next;
    resume = value.after;
  }
}

/** In a sentence only what looks random is taken for a secret, and after `password` also the last word of a line. */
function proseSecret(text: string, promised: Promised, value: string, end: number): boolean {
  if (!mayBeSecret(promised, value)) return false;
  if (looksRandom(value)) return true;
  return promised === 'password' && /^[)\]}.,;]{0,3}(?:\n|$)/.test(text.slice(end, end + 5));
}

/** `end` is where the value ends, `after` lies behind its closing quote. */
function valueAt(text: string, at: number): { start: number; end: number; after: number } {
  const open = sticky(QUOTE, text, at);
  const limit = Math.min(text.length, at + LONGEST_VALUE);
  if (open === -1) {
    let end = runEnd(text, at, isBareValue, limit);
    // A run beyond the bound is masked as far as it goes; the next name is looked for behind it.
    if (end === limit) end = runEnd(text, end, isBareValue);
    while (end > at && /[)\]}.:]/.test(text[end - 1] ?? '')) end--;
    return { start: at, end, after: end };
  }
  const quote = text.slice(at, open);
  let close = text.indexOf(quote, open);
  // A quote that is escaped once more than the opening one belongs to the value.
  while (close !== -1 && text[close - 1] === '\\') close = text.indexOf(quote, close + quote.length);
  if (close !== -1) return { start: open, end: close, after: close + quote.length };
  const line = text.indexOf('\n', open);
  const end = line === -1 ? text.length : line;
  return { start: open, end, after: end };
}

function isBareValue(code: number): boolean {
  // Ends at blanks, quotes, separators of lists (, ; &) and angle brackets or bars.
  return (
    code > 32 &&
    code !== 34 &&
    code !== 39 &&
    code !== 96 &&
    code !== 44 &&
    code !== 59 &&
    code !== 38 &&
    code !== 60 &&
    code !== 62 &&
    code !== 124
  );
}

function cookieValue(text: string, at: number, resume: number, found: Span[]): number {
  let end = at;
  while (end < text.length && end - at < LONGEST_VALUE && !/["'\n\r]/.test(text[end] ?? '')) end++;
  if (end - at < 8 || maskedAt(text, at) || !text.slice(at, end).includes('=')) return resume;
  found.push({ start: at, end, label: 'cookie' });
  return end;
}

/** `Bearer …` and `Basic …` wherever they stand; "Basic authentication" is no credential. */
function schemeValue(text: string, scheme: string, end: number, found: Span[]): number {
  const start = runEnd(text, end, isBlank, end + 4);
  if (start === end) return end;
  const limit = start + LONGEST_VALUE;
  let stop = runEnd(text, start, isBareValue, limit);
  if (stop === limit) stop = runEnd(text, stop, isBareValue);
  while (stop > start && /[)\]}.:]/.test(text[stop - 1] ?? '')) stop--;
  const value = text.slice(start, stop);
  const real =
    scheme === 'bearer' ? /^[A-Za-z0-9._~+/=-]{16,}$/.test(value) && looksRandom(value) : isBasicCredential(value);
  if (!real) return end;
  found.push({ start, end: stop, label: scheme });
  return stop;
}

function sticky(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
