/** The kinds of work that wait after something was stored, in words. */

const WORDS: Readonly<Record<string, string>> = {
  evidence: 'evidence to capture',
  diagnosis: 'diagnosis to make',
  notice: 'notices to write',
  'test-end': 'tests to end',
};

/** One that these pages do not know stands as it is. */
export function jobWords(kind: string): string {
  return Object.hasOwn(WORDS, kind) ? (WORDS[kind] ?? kind) : kind;
}
