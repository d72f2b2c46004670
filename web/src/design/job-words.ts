/** The kinds of work that wait after something was stored, as nouns. */

const WORDS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  evidence: ['capture of evidence', 'captures of evidence'],
  diagnosis: ['diagnosis', 'diagnoses'],
  notice: ['notice', 'notices'],
  'notice-group': ['summary', 'summaries'],
  'test-end': ['end of a test incident', 'ends of test incidents'],
};

/** Several of them, or one; a kind that these pages do not know stands as it is. */
export function jobWords(kind: string, count = 2): string {
  const words = Object.hasOwn(WORDS, kind) ? WORDS[kind] : undefined;
  return words?.[count === 1 ? 0 : 1] ?? kind;
}
