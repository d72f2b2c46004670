/** What a language model answered, or why there is no answer. */
import { cut, fieldsOf, textOf } from './text.ts';

const MOST = 1500;

export type ModelAnswer = { readonly text: string } | { readonly missing: string };

/** `item` is what the HTTP node gave: a whole response of Ollama or of an OpenAI-compatible server, or an error. */
export function readAnswer(item: unknown): ModelAnswer {
  const { statusCode, body, error } = fieldsOf(item);
  if (statusCode !== 200) {
    const why = textOf(error) || textOf(fieldsOf(error).message) || `it answered ${textOf(statusCode)}`;
    return { missing: cut(why, 200) };
  }
  const { message, choices } = fieldsOf(body);
  const choice = Array.isArray(choices) ? fieldsOf(fieldsOf(choices[0]).message) : {};
  const content = textOf(fieldsOf(message).content) || textOf(choice.content);
  // Reasoning models think aloud first.
  const text = content.replace(/<think>[\s\S]*?(<\/think>|$)/g, '').trim();
  return text === '' ? { missing: 'its answer was empty' } : { text: cut(text, MOST) };
}
