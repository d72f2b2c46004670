import { describe, expect, it } from 'vitest';
import { foldedNameMatcher, nameMatcher } from '../../../../server/src/triage/name-pattern.ts';
import { parseFilter } from '../../../../server/src/triage/filter-settings.ts';
import { matchesFolded, matchesPattern, namespaceFault, wordFault } from './name-pattern.ts';

const PATTERNS = ['shop', '*', 'team-*', '*-prod', 'a*a', 'a*b*c', '**', 'team-*-x', '', 'Failed*', 'aa*aa', 'x*yy*y'];
const NAMES = ['shop', 'shop2', 'team-', 'team-a', 'a', 'aa', 'aaa', 'aaaa', 'abc', 'acb', 'axxbxxc', 'team-b-x', ''];
const CASED = ['failedmount', 'FAILEDMOUNT', 'FailedMount', 'xyy', 'xyyy', 'web-PROD'];

describe('patterns of names', () => {
  it.each(PATTERNS)('%j matches what the server matches', (pattern) => {
    const server = nameMatcher([pattern]);
    const folded = foldedNameMatcher([pattern]);
    for (const name of [...NAMES, ...CASED]) {
      expect([name, matchesPattern(pattern, name)]).toEqual([name, server(name)]);
      expect([name, matchesFolded(pattern, name)]).toEqual([name, folded(name)]);
    }
  });

  it.each(['shop', 'team-*', '*', 'a.b', 'Shop', 'my_ns', '-a', 'a-', '', 'ünï', 'a b', `a${'b'.repeat(300)}`])(
    'a namespace %j is refused where the server refuses it',
    (name) => {
      expect(namespaceFault(name) === null).toBe(parseFilter({ namespaces: [name] }).ok);
    },
  );

  it.each(['BackOff', 'Failed*', 'my reason', ' x', '', 'ünï', 'a\tb', 'x'.repeat(254)])(
    'a reason %j is refused where the server refuses it',
    (reason) => {
      expect(wordFault(reason) === null).toBe(parseFilter({ excludeReasons: [reason] }).ok);
    },
  );
});
