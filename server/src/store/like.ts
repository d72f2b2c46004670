/** LIKE patterns out of plain text. */
import { storable } from './text.ts';

const WORDS_LIMIT = 16;

/** The text as a LIKE pattern that means nothing but itself. */
export function literally(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** A pattern for each word of a search, sixteen at the most: what contains it. */
export function wordPatterns(text: string | undefined): readonly string[] {
  return storable(text ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, WORDS_LIMIT)
    .map((word) => `%${literally(word)}%`);
}
