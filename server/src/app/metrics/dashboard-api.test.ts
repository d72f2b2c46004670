import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Endpoint, endpoints } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

interface Query {
  readonly type: string;
  readonly source: string;
  readonly url: string;
  readonly url_options: {
    readonly method: string;
    readonly params: readonly { readonly key: string; readonly value: string }[];
  };
  readonly root_selector: string;
  readonly columns: readonly { readonly selector: string; readonly text: string; readonly type: string }[];
}

interface Dashboard {
  readonly annotations: { readonly list: readonly { readonly name: string; readonly target?: Query }[] };
  readonly panels: readonly { readonly title: string; readonly targets?: readonly Query[] }[];
}

const FILE = join(import.meta.dirname, '../../../../deploy/grafana/tattle.json');
const dashboard = JSON.parse(readFileSync(FILE, 'utf8')) as Dashboard;
const annotations = dashboard.annotations.list.flatMap(({ name, target }) =>
  target === undefined ? [] : [[name, target] as const],
);
const tables = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.filter(({ type }) => type === 'json').map((target) => [title, target] as const),
);
const reads: readonly Endpoint[] = Object.values(endpoints).filter(({ method }) => method === 'GET');

/** As Grafana does: with a range of time, and what somebody wrote into the box. */
function filledIn(value: string): string {
  return value
    .replace('${__from:date:iso}', '2026-01-31T14:00:00.000Z')
    .replace('${__to:date:iso}', '2026-01-31T20:00:00.000Z')
    .replace('${q}', 'reason:BackOff -namespace:kube-system');
}

/** What the API does not know of it, in words. */
function faultsOf({ url, url_options: { method, params } }: Query): string[] {
  const endpoint = reads.find(({ path }) => path === url);
  if (endpoint === undefined || method !== 'GET') return [`no ${method} ${url}`];
  return [...new Set(params.map(({ key }) => key))].flatMap((key) => {
    const schema = endpoint.query?.[key];
    if (schema === undefined) return [`${url} takes no ${key}`];
    const values = params.filter((each) => each.key === key).map(({ value }) => filledIn(value));
    const readings = [values, ...(values.length > 1 ? [] : [values[0], Number(values[0])])];
    return readings.some((reading) => schema.safeParse(reading).success)
      ? []
      : [`${url} refuses ${key}=${values.join()}`];
  });
}

/** The shape at a path like `items` or `root.name`; null where there is none, in one of several kinds of answer, too. */
function shapeAt(shape: unknown, path: readonly string[]): z.ZodType | null {
  if (shape instanceof z.ZodNullable || shape instanceof z.ZodOptional || shape instanceof z.ZodDefault) {
    return shapeAt(shape.unwrap(), path);
  }
  if (shape instanceof z.ZodUnion) {
    const shapes = shape.options.map((option) => shapeAt(option, path));
    return shapes.includes(null) ? null : (shapes[0] ?? null);
  }
  if (shape instanceof z.ZodArray) return shapeAt(shape.element, path);
  const [first, ...rest] = path;
  if (first === undefined) return shape instanceof z.ZodType ? shape : null;
  return shape instanceof z.ZodObject ? shapeAt(shape.shape[first], rest) : null;
}

function shownAs(shape: z.ZodType | null): string | null {
  if (shape instanceof z.ZodISODateTime) return 'timestamp';
  if (shape instanceof z.ZodNumber) return 'number';
  return shape instanceof z.ZodString || shape instanceof z.ZodEnum ? 'string' : null;
}

describe('what the Grafana dashboard asks of the API', () => {
  it('is something', () => {
    expect([annotations.length, tables.length]).toEqual([2, 2]);
  });

  it.each([...annotations, ...tables])('is known there: %s', (_, query) => {
    expect(query).toMatchObject({ type: 'json', source: 'url' });
    expect(faultsOf(query)).toEqual([]);
  });

  it.each([...annotations, ...tables])('finds its columns in the answer: %s', (_, { url, root_selector, columns }) => {
    const answer = reads.find(({ path }) => path === url)?.answer;
    const found = columns.map(({ selector }) => {
      return [selector, shownAs(shapeAt(answer, [root_selector, ...selector.split('.')]))];
    });
    expect(found).toEqual(columns.map(({ selector, type }) => [selector, type]));
  });

  it.each(annotations)('has what Grafana needs for annotations: %s', (_, { columns }) => {
    expect(columns.map(({ text }) => text)).toEqual(['time', 'text', 'tags']);
  });

  it('would not pass with a wrong path, parameter, value or column', () => {
    const options = {
      method: 'GET',
      params: [
        { key: 'state', value: 'lost' },
        { key: 'colour', value: 'red' },
      ],
    };
    const query = {
      type: 'json',
      source: 'url',
      url: '/api/v1/incidents',
      url_options: options,
      root_selector: '',
      columns: [],
    };
    expect(faultsOf(query)).toEqual(['/api/v1/incidents refuses state=lost', '/api/v1/incidents takes no colour']);
    expect(faultsOf({ ...query, url: '/api/v1/incident' })).toEqual(['no GET /api/v1/incident']);
    expect(shapeAt(endpoints.listIncidents.answer, ['items', 'root', 'colour'])).toBeNull();
  });
});
