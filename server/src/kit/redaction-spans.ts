/** Stretches of a text that must not be shown, and the text with masks in their place. */

export interface Span {
  readonly start: number;
  readonly end: number;
  /** What it was: `github-token`, `password` … It becomes part of the mask. */
  readonly label: string;
}

/** Adds the spans that it sees in `text`. Time must be linear in the text's length, whatever it holds. */
export type Finder = (text: string, found: Span[]) => void;

const MASK_START = '[redacted:';

export function mask(label: string, tag = ''): string {
  return tag === '' ? `${MASK_START}${label}]` : `${MASK_START}${label}:${tag}]`;
}

/** Whether a mask begins at `at`: what is masked already stays as it is, so redacting twice changes nothing. */
export function maskedAt(text: string, at: number): boolean {
  return text.startsWith(MASK_START, at);
}

/** The text with every span masked; overlapping spans become one mask, named after the one that starts first. */
export function renderMasked(text: string, found: Span[]): string {
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let out = '';
  let copied = 0;
  let open: { end: number; label: string } | null = null;
  for (const span of found) {
    if (open !== null && span.start < open.end) {
      open.end = Math.max(open.end, span.end);
      continue;
    }
    if (open !== null) {
      out += mask(open.label);
      copied = open.end;
    }
    out += text.slice(copied, span.start);
    open = { end: span.end, label: span.label };
  }
  if (open === null) return text;
  return out + mask(open.label) + text.slice(open.end);
}
