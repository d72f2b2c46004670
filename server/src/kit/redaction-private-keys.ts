/** Private keys in PEM form: whole, spread over log lines with timestamps, escaped into one line, cut off at either end, or in base64. */
import { isAlphanumeric, isSpace, runEnd } from './redaction-chars.ts';
import type { Finder } from './redaction-spans.ts';

const MARKER = 'PRIVATE KEY';
const LABEL = 'private-key';
/** How far apart begin and end may lie. The largest keys in use (RSA 16384) take 13 kB, log prefixes about as much again. */
const LONGEST_KEY = 40_000;
/** base64 of `-----BEGIN`, `-----BEGIN RSA PRIVATE` and so on share these beginnings. */
const ENCODED =
  /LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJVkFUR|BFQyBQUklWQVRF|BFTkNSWVBURUQgUFJJVkFUR|BPUEVOU1NIIFBSSVZBVE|BEU0EgUFJJVkFUR)/;
/** A line of a key's body: an optional timestamp or prefix, then base64 only, or one of PEM's headers. */
const BODY_LINE =
  /^(?:[^ ]{1,64} (?:std(?:out|err) [FP] )?)?(?:[A-Za-z0-9+/]{16,128}={0,2}|[A-Za-z0-9+/]{2,15}={1,2}|Proc-Type: .{0,64}|DEK-Info: .{0,128})?\r?$/;

export const findPrivateKeys: Finder = (text, found) => {
  for (let at = text.indexOf(MARKER); at !== -1; at = text.indexOf(MARKER, at + MARKER.length)) {
    const line = text.slice(Math.max(0, at - 40), at);
    const begin = line.lastIndexOf('-----BEGIN');
    if (begin === -1) {
      // The beginning fell to a log's tail: the lines above the end are the rest of a key.
      const end = line.lastIndexOf('-----END');
      if (end === -1 || coveredBy(found, at)) continue;
      const start = bodyStart(text, at - line.length + end, found[found.length - 1]?.end ?? 0);
      found.push({ start, end: footerEnd(text, at), label: LABEL });
      continue;
    }
    const start = at - line.length + begin;
    if (coveredBy(found, start)) continue;
    const end = keyEnd(text, at);
    found.push({ start, end, label: LABEL });
    at = Math.max(at, end - MARKER.length);
  }
  if (text.includes('LS0tLS1CRUdJTi')) findEncoded(text, found);
};

function findEncoded(text: string, found: { start: number; end: number; label: string }[]): void {
  const encoded = new RegExp(ENCODED, 'g');
  for (let hit = encoded.exec(text); hit !== null; hit = encoded.exec(text)) {
    const end = runEnd(text, hit.index, isBase64);
    found.push({ start: hit.index, end, label: LABEL });
    encoded.lastIndex = end;
  }
}

const isBase64 = (code: number): boolean => isAlphanumeric(code) || code === 43 || code === 47 || code === 61;

function coveredBy(found: readonly { start: number; end: number }[], at: number): boolean {
  const last = found[found.length - 1];
  return last !== undefined && last.start <= at && at < last.end;
}

/** The end of the key whose BEGIN line holds the marker at `at`. */
function keyEnd(text: string, at: number): number {
  const from = at + MARKER.length;
  const ahead = text.slice(from, at + LONGEST_KEY);
  // Only up to the next beginning: thousands of beginnings would otherwise each search all that follows.
  const next = ahead.indexOf('-----BEGIN');
  const footer = (next === -1 ? ahead : ahead.slice(0, next)).indexOf('-----END');
  return footer === -1 ? bodyEnd(text, from) : footerEnd(text, from + footer + 8);
}

/** The end of a footer, from somewhere inside it. */
function footerEnd(text: string, at: number): number {
  const dashes = text.slice(at, at + 48).indexOf('-----');
  return dashes === -1 ? runEnd(text, at, (code) => !isSpace(code)) : at + dashes + 5;
}

/** A key without an end: all of its own line, and the lines below that look like its body. */
function bodyEnd(text: string, at: number): number {
  let end = lineEnd(text, at);
  while (end < text.length && end - at < LONGEST_KEY) {
    const next = lineEnd(text, end + 1);
    if (!BODY_LINE.test(text.slice(end + 1, Math.min(next, end + 300)))) break;
    end = next;
  }
  return end;
}

/** An end without a beginning, at `at`: the lines above it that look like a body, back to `floor`. */
function bodyStart(text: string, at: number, floor: number): number {
  let start = lineStart(text, at, floor);
  while (start > floor && at - start < LONGEST_KEY) {
    const above = lineStart(text, start - 1, floor);
    if (start - above > 300 || !BODY_LINE.test(text.slice(above, start - 1))) break;
    start = above;
  }
  return start;
}

function lineStart(text: string, at: number, floor: number): number {
  return floor + text.slice(floor, at).lastIndexOf('\n') + 1;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
