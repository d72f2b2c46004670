/** Lists of names with wildcards (`team-*`), anchored at both ends and answered from memory. */
import { RecentCache } from './recent-cache.ts';

const REMEMBERED = 2048;

/** Whether `name` is one of the patterns; `*` stands for any characters, also none. Linear in the name's length. */
export function nameMatcher(patterns: readonly string[]): (name: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const wild = patterns.filter((pattern) => pattern.includes('*')).map((pattern) => pattern.split('*'));
  if (wild.length === 0) return (name) => exact.has(name);
  const answers = new RecentCache<boolean>(REMEMBERED);
  return (name) => {
    const known = answers.get(name);
    if (known !== undefined) return known;
    const answer = exact.has(name) || wild.some((parts) => matchesParts(name, parts));
    answers.set(name, answer);
    return answer;
  };
}

/** The same, blind to upper and lower case. */
export function foldedNameMatcher(patterns: readonly string[]): (name: string) => boolean {
  const matches = nameMatcher(patterns.map((pattern) => pattern.toLowerCase()));
  return (name) => matches(name.toLowerCase());
}

/** `parts` is the pattern split at its asterisks: the first begins the name, the last ends it, the others follow in order. */
function matchesParts(name: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts[parts.length - 1] ?? '';
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
