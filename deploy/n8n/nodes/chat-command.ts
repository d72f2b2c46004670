/** What somebody said in a chat, from Discord's form of an interaction or of a message. */
import type { Said } from './command.ts';
import { fieldsOf, textOf } from './text.ts';

/** Throws where it is neither. */
export function readSaid(message: { readonly body: string; readonly webhookId: string }): Said {
  const body = fieldsOf(JSON.parse(message.body));
  const text = 'data' in body ? slashCommand(fieldsOf(body.data)) : textOf(body.content);
  if (text === '') throw new Error('the message has neither data.options nor content');
  const user = fieldsOf(fieldsOf(body.member).user ?? body.user ?? body.author);
  return {
    text: text.slice(0, 2000),
    personId: textOf(user.id),
    personName: (textOf(user.global_name) || textOf(user.username)).slice(0, 60),
    source: 'chat',
    messageId: message.webhookId,
  };
}

/** `/fix ack ID words`: as one option, as an option each, or as a subcommand with options. */
function slashCommand(part: Record<string, unknown>): string {
  const options = Array.isArray(part.options) ? part.options.map(fieldsOf) : [];
  const words = options.map((option) =>
    Array.isArray(option.options) ? slashCommand(option) : textOf(option.value) || textOf(option.name),
  );
  return [textOf(part.name), ...words].filter((word) => word !== '').join(' ');
}
