/** Character classes of the redaction scanners, as comparisons on char codes: far cheaper than a regular expression a character. */

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
export const isAlphanumeric = (code: number): boolean => isLetter(code) || isDigit(code);
/** Letters, digits, `-` and `_`: base64url, and most tokens. */
export const isTokenChar = (code: number): boolean => isAlphanumeric(code) || code === 45 || code === 95;
/** What names of variables, flags, headers and properties are made of. */
export const isNameChar = (code: number): boolean => isTokenChar(code) || code === 46;
export const isBlank = (code: number): boolean => code === 32 || code === 9;
/** Space, tab, line breaks and other control characters. */
export const isSpace = (code: number): boolean => code <= 32;

/** The end of the run of such characters from `at`, no further than `limit`. */
export function runEnd(text: string, at: number, belongs: (code: number) => boolean, limit = text.length): number {
  let end = at;
  while (end < limit && end < text.length && belongs(text.charCodeAt(end))) end++;
  return end;
}

/** The start of the run of such characters that ends before `at`, no further back than `limit`. */
export function runStart(text: string, at: number, belongs: (code: number) => boolean, limit: number): number {
  let start = at;
  while (start > limit && start > 0 && belongs(text.charCodeAt(start - 1))) start--;
  return start;
}
