/** Text from clusters on its way into messages: nothing in it may reorder, hide or break what stands around it. */

/** Controls but line feed, separators of lines, invisible and bidirectional format characters, lone surrogates. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Marks that pile up on one letter until they cover the lines around it. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** On one line, `most` UTF-16 units at the most, with `…` where it was cut. */
export function oneLine(text: string, most: number): string {
  return cut(safe(text.replace(/[\s\u0085]+/g, ' ')).trim(), most);
}

/** The same over several lines, `lines` at the most where it is told. */
export function someLines(text: string, most: number, lines = Number.POSITIVE_INFINITY): string {
  const all = safe(text.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n').replace(/\t/g, '  '))
    .replace(/\n\s*\n\s*\n/g, '\n\n')
    .trim()
    .split('\n');
  return cut(all.length > lines ? `${all.slice(0, lines).join('\n')}…` : all.join('\n'), most);
}

/** Never within a character that takes two units. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.max(0, most - 1);
  const splits = /[\ud800-\udbff]/.test(text.charAt(end - 1));
  return `${text.slice(0, splits ? end - 1 : end)}…`;
}

function safe(text: string): string {
  return text.replace(UNSAFE, '').replace(PILED_MARKS, '$1');
}
