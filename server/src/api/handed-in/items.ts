/** Takes a body apart into its items, each with the place where it stood. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ReportedItem } from '../ports.ts';
import { RequestProblem } from '../problem.ts';
import { parse } from './body.ts';

/** Whoever takes items takes fewer. Each costs more to tell apart, or to find out that it is no JSON, than to send. */
const MOST_ITEMS = 10_000;

/** Throws `RequestProblem`. An object, an array, or JSON lines: by what it is, since senders do not agree on a type for the last. */
export function eventItems(text: string): readonly ReportedItem[] {
  const whole = parse(text);
  if (whole.fault === undefined) return listed(whole.value, 'event');
  const lines = text.split('\n');
  const written = lines.reduce((sum, line) => (line.trim() === '' ? sum : sum + 1), 0);
  if (written > MOST_ITEMS) throw tooMany(written);
  const items = lines.flatMap((line, i) => (line.trim() === '' ? [] : [{ at: `line ${i + 1}`, ...parse(line) }]));
  return items.length > 0 ? items : [{ at: 'body', value: '', fault: 'is empty' }];
}

/** Throws `RequestProblem`. Structured, a batch, or in binary form, where attributes are headers and the body is the data. */
export function cloudEventItems(text: string, headers: IncomingHttpHeaders): readonly ReportedItem[] {
  if (headers['ce-specversion'] === undefined) {
    const { value, fault } = parse(text);
    return fault === undefined ? listed(value, 'event') : [{ at: 'body', value, fault }];
  }
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') && typeof value === 'string' ? [[name.slice(3), decoded(value)] as const] : [],
  );
  const isJson = /[/+]json\b/.test(headers['content-type'] ?? '');
  const body = isJson && text !== '' ? parse(text) : { value: text };
  const value = { ...Object.fromEntries(attributes), ...(text === '' ? {} : { data: body.value }) };
  return [{ at: 'event', ...body, value }];
}

function listed(value: unknown, name: string): readonly ReportedItem[] {
  if (!Array.isArray(value)) return [{ at: name, value }];
  if (value.length > MOST_ITEMS) throw tooMany(value.length);
  return value.map((each: unknown, i) => ({ at: `[${i}]`, value: each }));
}

/** The HTTP binding writes what is no printable ASCII as percent-encoded UTF-8. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function tooMany(count: number): RequestProblem {
  return new RequestProblem({
    status: 413,
    title: 'The body is too large',
    detail: `It holds ${count} items.`,
    hint: 'Send smaller batches.',
  });
}
