/** Names of Elasticsearch indexes, which kubernetes-event-exporter makes from templates and Go's form of dates. */
import type { Fields } from '../fields.ts';
import type { Settings } from '../draft.ts';
import type { Notes } from '../notes.ts';

/** Longer ones are none. */
const LONGEST = 300;

/** `kube-events-{2006-01-02}` → `kube-events-{date}`. Without a name, the sink's own. */
export function collectedIndex(fields: Fields, notes: Notes): Settings {
  const format = fields.text('indexFormat');
  const plain = fields.text('index');
  if (format === undefined) return plain === undefined ? {} : { index: plain.toLowerCase() };
  const path = fields.at('indexFormat');
  const name = format
    .slice(0, LONGEST)
    .replace(/\{\{.*?\}\}/g, '')
    .replace(/\{[^{}]*2006[^{}]*\}/g, '{date}')
    .replace(/-{2,}/g, '-')
    .toLowerCase();
  const [before = ''] = name.split('{');
  const index = name.includes('{date}') ? `${before}{date}` : before;
  if (format.includes('{{')) notes.changed(path, `has a template, which an index has not here: it is ${index}`);
  else notes.changed(path, `is ${index}: {date} is the day of what happened, as 2026.11.20`);
  return { index };
}
