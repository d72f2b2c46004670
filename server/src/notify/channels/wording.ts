/** What a channel says about a notice: Tattle's own words, or those of the user's templates. */
import type { Notice } from '../../model/delivery.ts';
import type { Message } from '../message/message.ts';
import { oneLine, someLines } from '../message/plain-text.ts';
import { type LinkTo, writeMessage } from '../message/write-message.ts';
import { compileTemplate, templateValues } from '../template/template.ts';

export interface Wording {
  readonly message: Message;
  /** One line. */
  readonly title: string;
  /** Of the user's template; null where there is none, and the message's pieces are laid out instead. */
  readonly text: string | null;
}

const MOST_TEXT = 100_000;

/**
 * A template that cannot be rendered gives way to Tattle's own words: people have to be told. `escape` takes the markup out of the
 * values in `text`, so that only the template's own text has any.
 */
export function createWording(
  templates: { readonly title?: string; readonly text?: string },
  linkTo: LinkTo,
  escape?: (text: string) => string,
): (notice: Notice) => Wording {
  const title = compiledOrNull(templates.title);
  const text = compiledOrNull(templates.text, escape);
  return (notice) => {
    const message = writeMessage(notice, linkTo);
    if (title === null && text === null) return { message, title: oneLine(message.headline, 250), text: null };
    const values = templateValues(notice, message, linkTo);
    const rendered = (template: typeof title) => {
      const result = template?.(values);
      return result?.ok === true && result.text.trim() !== '' ? result.text : null;
    };
    const written = rendered(text);
    return {
      message,
      title: oneLine(rendered(title) ?? message.headline, 250),
      text: written === null ? null : someLines(written, MOST_TEXT),
    };
  };
}

function compiledOrNull(source: string | undefined, escape?: (text: string) => string) {
  if (source === undefined) return null;
  const compiled = compileTemplate(source, escape);
  return compiled.ok ? compiled.render : null;
}
