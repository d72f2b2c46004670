/** Markup that cannot be broken out of: whatever stands in a template is text, unless a template of ours made it. */
import { escapeHtml } from '../../kit/escape-html.ts';

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = string | number | Markup | null | readonly Part[];

/** `null` is nothing; lists are joined. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const pieces = literals.map(
    (literal, index) => literal + (index < parts.length ? rendered(parts[index] ?? null) : ''),
  );
  return new Markup(pieces.join(''));
}

function rendered(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'number') return String(part);
  return typeof part === 'string' ? escapeHtml(visible(part)) : part.map(rendered).join('');
}

/** Neither tab nor line feed. */
const CONTROL = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu;

/** What hides, or turns around what others read beside it, is named where it stands. */
function visible(text: string): string {
  return text.replaceAll(CONTROL, (character) => {
    if (character === '\n' || character === '\t') return character;
    if (character === '\r') return '';
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20
      ? String.fromCodePoint(0x2400 + code)
      : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}
