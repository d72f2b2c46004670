/** Credentials inside addresses: scheme://user:password@host, the forms of Go's MySQL and Oracle's drivers, curl's -u user:password. */
import { isSpace, runEnd, runStart } from './redaction-chars.ts';
import { looksRandom } from './redaction-names.ts';
import { maskedAt, type Finder, type Span } from './redaction-spans.ts';

const LONGEST_ADDRESS = 2048;
const LABEL = 'url-password';
const DRIVER_HOST = /@(?:tcp|tcp6|unix|udp)\(/g;
const ORACLE = /jdbc:oracle:\w{1,8}:[^\s/@]{1,64}\/[^\s@]{1,128}(?=@)/g;
const USER_FLAG = /(?:^|[\s"'])(?:-u|--user|--proxy-user)(?:[ =]|["'],\s{0,8}["'])/g;

export function urlFinder(): Finder {
  const driverHost = new RegExp(DRIVER_HOST);
  const oracle = new RegExp(ORACLE);
  const userFlag = new RegExp(USER_FLAG);
  return (text, found) => {
    for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) address(text, at + 3, found);
    if (!text.includes(':')) return;
    each(driverHost, text, (at) => driverPassword(text, at, found));
    each(oracle, text, (at, end) => addPassword(text, at + text.slice(at, end).indexOf('/') + 1, end, found));
    each(userFlag, text, (_at, end) => flagPassword(text, end, found));
  };
}

function each(pattern: RegExp, text: string, visit: (at: number, end: number) => void): void {
  pattern.lastIndex = 0;
  for (let hit = pattern.exec(text); hit !== null; hit = pattern.exec(text)) visit(hit.index, pattern.lastIndex);
}

function address(text: string, start: number, found: Span[]): void {
  // [::1]:8080, an IPv6 host without credentials.
  if (text[start] === '[') return;
  const limit = Math.min(text.length, start + LONGEST_ADDRESS);
  const authorityEnd = runEnd(text, start, isAuthority, limit);
  let at = text.slice(start, authorityEnd).lastIndexOf('@');
  const colon = text.slice(start, authorityEnd).indexOf(':');
  if (at === -1 && colon !== -1 && text[authorityEnd] === '/') {
    // An unescaped slash in the password ends the authority early; a port would be digits.
    const port = text.slice(start + colon + 1, authorityEnd);
    if (/^\d*$/.test(port)) return;
    const nextAddress = text.slice(authorityEnd, limit).indexOf('://');
    const searched = runEnd(text, authorityEnd, isAddress, nextAddress === -1 ? limit : authorityEnd + nextAddress);
    at = text.slice(start, searched).lastIndexOf('@');
  }
  if (at <= 0) return;
  if (colon !== -1 && colon < at) addPassword(text, start + colon + 1, start + at, found);
  else if (at >= 16 && looksRandom(text.slice(start, start + at))) addPassword(text, start, start + at, found);
}

function addPassword(text: string, start: number, end: number, found: Span[]): void {
  if (start < end && !maskedAt(text, start)) found.push({ start, end, label: LABEL });
}

function driverPassword(text: string, at: number, found: Span[]): void {
  const start = runStart(text, at, isAddress, Math.max(0, at - 256));
  const colon = text.slice(start, at).indexOf(':');
  if (colon !== -1) addPassword(text, start + colon + 1, at, found);
}

function flagPassword(text: string, start: number, found: Span[]): void {
  const open = text[start] === '"' || text[start] === "'" ? start + 1 : start;
  const end = runEnd(text, open, isAddress, open + 256);
  const colon = text.slice(open, end).indexOf(':');
  // `--user 1000:1000` is a user and group id.
  if (colon <= 0 || /^\d+:\d*$/.test(text.slice(open, end))) return;
  addPassword(text, open + colon + 1, end, found);
}

const isAddress = (code: number): boolean =>
  !isSpace(code) && code !== 34 && code !== 39 && code !== 96 && code !== 60 && code !== 62 && code !== 92;
/** Up to the path, query or fragment. */
const isAuthority = (code: number): boolean => isAddress(code) && code !== 47 && code !== 63 && code !== 35;
