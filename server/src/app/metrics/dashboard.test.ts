import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METRICS } from './metric-declarations.ts';
import { PrometheusMetrics } from './metrics.ts';
import { type PromQl, readPromQl, type Selector } from '../testing/promql.ts';

const REPOSITORY = join(import.meta.dirname, '../../../..');

interface Target {
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly expr?: string;
  readonly legendFormat?: string;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
}

interface Dashboard {
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

const text = readFileSync(join(REPOSITORY, 'deploy/grafana/tattle.json'), 'utf8');
const dashboard = JSON.parse(text) as Dashboard;
const charts = dashboard.panels.filter(({ type }) => type !== 'row');
const queries = charts.flatMap(({ title, targets = [] }) =>
  targets.flatMap(({ expr, legendFormat = '' }) => (expr === undefined ? [] : [{ title, expr, legendFormat }])),
);

/** Given by whoever scrapes. */
const OF_THE_TARGET = ['job', 'instance'];

const exported = (await new PrometheusMetrics().text()).text;
const types = new Map([...exported.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));

/** Null where nothing of that name is exported. */
function labelsOf(metric: string): readonly string[] | null {
  const base = metric.replace(/_(bucket|sum|count)$/, '');
  const isPart = types.get(base) === 'histogram' && base !== metric;
  const name = isPart ? base : metric;
  if (!types.has(name) || (types.get(name) === 'histogram' && !isPart)) return null;
  return [...(METRICS[name]?.labels ?? []), ...(metric.endsWith('_bucket') && isPart ? ['le'] : []), ...OF_THE_TARGET];
}

/** What is wrong with it, in words. */
function faultsOf({ selectors, grouping }: PromQl): string[] {
  const known = selectors.flatMap(({ metric }) => labelsOf(metric) ?? []);
  return [
    ...selectors.flatMap(faultsOfSelector),
    ...grouping.filter((label) => !known.includes(label)).map((label) => `grouped by ${label}, which nothing has`),
  ];
}

function faultsOfSelector({ metric, matchers }: Selector): string[] {
  const labels = labelsOf(metric);
  if (labels === null) return [`${metric} is not exported`];
  return matchers.flatMap(({ label, value }) => {
    if (!labels.includes(label)) return [`${metric} has no label ${label}`];
    const values = METRICS[metric]?.values?.[label];
    const wanted = value.startsWith('$') ? [] : value.split('|');
    return wanted
      .filter((each) => values?.includes(each) === false)
      .map((each) => `${metric} never has ${label}=${each}`);
  });
}

describe('reading PromQL', () => {
  it('finds metrics, matchers and groupings', () => {
    expect(readPromQl('sum by (le, kind) (rate(a_bucket{x=~"b|c", y!="\\"}"}[5m])) / on (kind) a > 1.5e3')).toEqual({
      selectors: [
        {
          metric: 'a_bucket',
          matchers: [
            { label: 'x', operator: '=~', value: 'b|c' },
            { label: 'y', operator: '!=', value: '\\"}' },
          ],
        },
        { metric: 'a', matchers: [] },
      ],
      grouping: ['le', 'kind', 'kind'],
    });
  });

  it.each(['sum(a', 'a)', 'a{b}', 'a{b=c}', 'summ(a)', 'a ? b'])('refuses %s', (expression) => {
    expect(() => readPromQl(expression)).toThrow(expression);
  });

  it('sees what is not exported, and what has no such label or value', () => {
    const wrong = 'sum by (pod) (tattle_gone) + tattle_store_up{cluster="a"} + tattle_dropped_total{reason="bored"}';
    expect(faultsOf(readPromQl(wrong))).toEqual([
      'tattle_gone is not exported',
      'tattle_store_up has no label cluster',
      'tattle_dropped_total never has reason=bored',
      'grouped by pod, which nothing has',
    ]);
    expect(faultsOf(readPromQl('tattle_commit_seconds'))).toEqual(['tattle_commit_seconds is not exported']);
  });
});

describe('the Grafana dashboard', () => {
  it.each(queries)('asks for what /metrics exports: $title, $expr', ({ expr, legendFormat }) => {
    const query = readPromQl(expr);
    expect(faultsOf(query)).toEqual([]);
    const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
    const left = / by \(/.test(expr) ? query.grouping : query.selectors.flatMap(({ metric }) => labelsOf(metric) ?? []);
    expect(shown.filter((label) => !left.includes(label))).toEqual([]);
  });

  it('fills its variables from what /metrics exports', () => {
    const definitions = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
    expect(definitions.length).toBeGreaterThan(0);
    for (const definition of definitions) {
      const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
      expect(labelsOf(metric), definition).toContain(label);
    }
  });

  it('shows every metric of Tattle’s own', () => {
    const shown = new Set(queries.flatMap(({ expr }) => readPromQl(expr).selectors.map(({ metric }) => metric)));
    expect(Object.keys(METRICS).filter((name) => !shown.has(name) && !shown.has(`${name}_bucket`))).toEqual([]);
  });

  it('uses no variable that it does not define', () => {
    const defined = dashboard.templating.list.map(({ name }) => name);
    const used = [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
    expect([...new Set(used)].filter((name) => !name.startsWith('__') && !defined.includes(name))).toEqual([]);
    expect(defined.filter((name) => !used.includes(name))).toEqual([]);
  });

  it('has panels with an id, a place, a description and a unit of their own', () => {
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39);
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(charts.filter(({ description = '' }) => description.length < 20).map(({ title }) => title)).toEqual([]);
    expect(charts.filter(({ fieldConfig }) => !fieldConfig?.defaults.unit).map(({ title }) => title)).toEqual([]);
    const taken = new Map<string, string>();
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.get(`${x},${y}`), `where ${title} is`).toBeUndefined();
          taken.set(`${x},${y}`, title);
        }
      }
    }
  });
});

describe('the alerts in docs/OPERATIONS.md', () => {
  const section = readFileSync(join(REPOSITORY, 'docs/OPERATIONS.md'), 'utf8').split(/^### Alerts$/m)[1] ?? '';
  const alerts = [...section.split(/^#/m)[0]!.matchAll(/^\| `([^`]+)`/gm)].map(([, expr = '']) =>
    expr.replaceAll('\\|', '|'),
  );

  it('are there', () => {
    expect(alerts.length).toBeGreaterThan(8);
  });

  it.each(alerts)('ask for what /metrics exports: %s', (expr) => {
    expect(faultsOf(readPromQl(expr))).toEqual([]);
  });
});
