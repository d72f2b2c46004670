/** What a message says beside the numbers, names and ids in it, so that repeats of one problem read the same. */
import { maskedAt } from '../kit/redaction-spans.ts';

/** Beyond this a message adds nothing to what it is about. */
const LONGEST = 2000;
const LONGEST_QUOTE = 300;
const COMBINED = '(combined from similar events): ';
const NUMBER = '#';
const NAME = '*';

const IPV6_TAIL = /(?::[0-9a-f]{1,4}){2,7}|(?::[0-9a-f]{1,4}){0,6}::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?/iy;
const UID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Letters and a short number: v1, x509, node12. Anything else with a digit in it is taken for an id. */
const NUMBERED_WORD = /^([A-Za-z]{1,8})\d{1,4}$/;
/** Kubernetes makes names unique with letters that spell no words: no vowels, and no digits that look like them. */
const GENERATED = /^[bcdfghjklmnpqrstvwxz2456789]{5}$|^[bcdfghjklmnpqrstvwxz2456789]{8,10}$/;

/**
 * Masks numbers, durations, hashes, uids, IPs, timestamps, quoted names, and the names of the object and its owner (with what
 * controllers append to them). One pass over the text: on messages of 110 characters about 0.6 µs.
 */
export function messageTemplate(message: string, objectName: string, ownerName: string): string {
  const end = Math.min(message.length, LONGEST);
  let out = '';
  let copied = message.startsWith(COMBINED) ? COMBINED.length : 0;
  let at = copied;
  let plainQuote = -1;
  while (at < end) {
    const code = message.charCodeAt(at);
    let next = at + 1;
    let replaced: string | null = null;
    if (isWord(code)) {
      const word = readWord(message, at, end);
      next = word.end;
      replaced =
        word.needsMask || sharesStart(message, at, objectName) || sharesStart(message, at, ownerName)
          ? maskWord(message.slice(at, next), objectName, ownerName)
          : null;
      if (word.hex && message.charCodeAt(next) === 58) {
        IPV6_TAIL.lastIndex = next;
        if (IPV6_TAIL.test(message)) [next, replaced] = [IPV6_TAIL.lastIndex, NUMBER];
      }
    } else if (isQuote(code) && at !== plainQuote) {
      const close = quoteEnd(message, at, end);
      if (close > 0) [next, replaced] = [close, `${message[at] ?? ''}${NAME}${message[at] ?? ''}`];
      // A quoted sentence is read on inside, and its closing quote opens nothing.
      else plainQuote = -close;
    } else if (code === 91 && maskedAt(message, at)) {
      const close = message.indexOf(']', at);
      if (close !== -1) [next, replaced] = [close + 1, NAME];
    }
    if (replaced !== null) {
      out += message.slice(copied, at) + replaced;
      copied = next;
    }
    at = next;
  }
  return copied === 0 && end === message.length ? message : out + message.slice(copied, end);
}

interface Word {
  end: number;
  /** It holds a digit, or dashes around what may be a generated suffix. */
  needsMask: boolean;
  /** At most four hexadecimal digits: it may begin an IPv6 address. */
  hex: boolean;
}

/** Letters and digits, with dots and dashes (after a leading digit also colons: times and ports) where they do not end it. */
function readWord(text: string, start: number, limit: number): Word {
  const numeric = isDigit(text.charCodeAt(start));
  let digit = numeric;
  let dash = false;
  let end = start + 1;
  for (; end < limit; end++) {
    const code = text.charCodeAt(end);
    if (isWord(code)) {
      if (code < 58) digit = true;
      continue;
    }
    const joins = code === 45 || code === 46 || (numeric && code === 58);
    if (!joins || end + 1 >= limit || !isWord(text.charCodeAt(end + 1))) break;
    if (code === 45) dash = true;
  }
  return { end, needsMask: digit || dash, hex: end - start <= 4 && isHex(text, start, end) };
}

function isHex(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (!(isDigit(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70))) return false;
  }
  return true;
}

function sharesStart(text: string, at: number, name: string): boolean {
  return name.length > 0 && text.charCodeAt(at) === name.charCodeAt(0) && text.startsWith(name, at);
}

/** Null where the word stays as it is. */
function maskWord(word: string, objectName: string, ownerName: string): string | null {
  if (isNameOf(word, objectName) || isNameOf(word, ownerName)) return NAME;
  if (isDigit(word.charCodeAt(0))) return NUMBER;
  if (word.length >= 36 && UID.test(word.slice(-36))) {
    return word.length === 36 ? NUMBER : maskSegments(word.slice(0, -36)) + NUMBER;
  }
  return maskSegments(word);
}

/** The name itself, or with what a controller appended: web-6cb8cfb857, web-6cb8cfb857-5kckr, web-0. */
function isNameOf(word: string, name: string): boolean {
  return name !== '' && word.startsWith(name) && (word.length === name.length || word.charCodeAt(name.length) === 45);
}

function maskSegments(word: string): string {
  let out = '';
  let start = 0;
  for (let i = 0; i <= word.length; i++) {
    const code = i === word.length ? 45 : word.charCodeAt(i);
    if (code !== 45 && code !== 46) continue;
    out += maskSegment(word.slice(start, i), start > 0 && word.charCodeAt(start - 1) === 45);
    if (i < word.length) out += word[i];
    start = i + 1;
  }
  return out;
}

function maskSegment(segment: string, suffix: boolean): string {
  if (suffix && GENERATED.test(segment)) return NUMBER;
  if (!/\d/.test(segment)) return segment;
  const letters = suffix ? undefined : NUMBERED_WORD.exec(segment)?.[1];
  return letters === undefined ? NUMBER : letters + NUMBER;
}

/** Behind the closing quote of a name; minus the closing quote of a sentence; 0 where nothing is quoted. */
function quoteEnd(text: string, open: number, limit: number): number {
  const quote = text.charCodeAt(open);
  // An apostrophe: couldn't, pods'.
  if (quote !== 34 && open > 0 && isWord(text.charCodeAt(open - 1))) return 0;
  let blank = false;
  const stop = Math.min(limit, open + LONGEST_QUOTE);
  for (let i = open + 1; i < stop; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) return blank ? -i : i + 1;
    if (code === 10) return 0;
    if (code === 32) blank = true;
  }
  return 0;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
/** Letters, digits, and the two forms of µ in durations. */
const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 48 && code <= 57) ||
  code === 181 ||
  code === 956;
const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96;
