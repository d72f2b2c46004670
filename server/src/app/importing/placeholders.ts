/** `${NAME}` in other tools' files, which they fill in from their environment and Tattle does not. */
import { endpointOf } from '../../kit/guarded-fetch.ts';
import type { Notes } from './notes.ts';

/** Nothing is ever found there. */
const NOWHERE = 'https://replace-me.invalid/';
const PLACEHOLDER = /\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g;

/** Tells of each placeholder in the settings, by the name of the variable. */
export function tellPlaceholders(settings: unknown, path: string, notes: Notes): void {
  for (const name of new Set(namesIn(JSON.stringify(settings)))) {
    notes.todo(path, `holds \${${name}}, which Tattle does not fill in: write the value in its place`);
  }
}

/** A URL that is nothing but a placeholder is none: one that leads nowhere stands in its place, with the name in it. */
export function urlOrPlaceholder(url: string, path: string, notes: Notes): string {
  const [name] = namesIn(url);
  if (name === undefined || endpointOf(url) !== null) return url;
  notes.todo(path, `is \${${name}}, which Tattle does not fill in: write the URL in its place`);
  return `${NOWHERE}${name}`;
}

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, braced, plain]) => braced ?? plain ?? '');
}

const SECRETS = /^(botToken|apiKey|password|token|basic|sasl|headers|webhookUrl)$/;

/** What is written out is as secret as it was. */
export function tellSecrets(settings: Readonly<Record<string, unknown>>, path: string, notes: Notes): void {
  const held = Object.keys(settings).filter((name) => SECRETS.test(name) && isWrittenOut(settings[name]));
  if (held.length > 0)
    notes.todo(path, `has secrets as they stood there (${held.join(', ')}): keep the new file in a Secret`);
}

function isWrittenOut(value: unknown): boolean {
  return (
    value !== undefined && !(typeof value === 'string' && (value.startsWith(NOWHERE) || /^\$\{\w+\}$/.test(value)))
  );
}
