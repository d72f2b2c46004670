/** The kinds of work that wait after something was stored, as nouns. */

const WORDS: Readonly<Record<string, string>> = {
  evidence: 'captures of evidence',
  diagnosis: 'diagnoses',
  notice: 'notices',
  'test-end': 'ends of test incidents',
};

/** One that these pages do not know stands as it is. */
export function jobWords(kind: string): string {
  return Object.hasOwn(WORDS, kind) ? (WORDS[kind] ?? kind) : kind;
}
