/** Untrusted words on their way to a chat: cut to a length, and without what a chat would act upon. */

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const ZERO_WIDTH_SPACE = '\u200b';

/** At most `most` UTF-16 units, with an ellipsis where something is missing, and no half of a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The end of it: what a log says last matters most. */
export function tail(text: string, most: number): string {
  if (text.length <= most) return text;
  return `…${text.slice(text.length - most + 1).replace(/^[\udc00-\udfff]/, '')}`;
}

/** Words that ping nobody, hide no link behind other words, and end no code block. */
export function defuse(text: string): string {
  return text
    .replace(CONTROL, '')
    .replace(/@(?=everyone|here|[!&]?\d)/gi, `@${ZERO_WIDTH_SPACE}`)
    .replace(/\]\(/g, `]${ZERO_WIDTH_SPACE}(`)
    .replace(/```/g, "'''");
}

/** Text of whatever stands in a field. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf).filter((text) => text !== '') : [];
}

export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
