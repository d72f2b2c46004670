/** What deploy/ gives to Prometheus and its operator: of metrics that there are, and the same in both forms. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { METRICS } from './metric-declarations.ts';
import { readPromQl } from '../testing/promql.ts';

const DEPLOY = join(import.meta.dirname, '../../../../deploy');

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Groups {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

function read(path: string): unknown {
  return parse(readFileSync(join(DEPLOY, path), 'utf8'));
}

const records = read('prometheus/tattle-records.yaml') as Groups;
const alerts = read('prometheus/tattle-alerts.yaml') as Groups;
const rules = [...records.groups, ...alerts.groups].flatMap((group) => group.rules);
const fromRules = new Set(rules.flatMap(({ record }) => record ?? []));
const OF_THE_TARGET = ['job', 'instance', 'le'];

describe('a rule', () => {
  it.each(rules.map((rule) => [rule.record ?? rule.alert ?? '', rule.expr]))('%s reads what is exported', (_, expr) => {
    const { selectors, grouping } = readPromQl(expr);
    for (const { metric, matchers } of selectors) {
      if (metric === 'up' || fromRules.has(metric)) continue;
      const declared = METRICS[metric] ?? METRICS[metric.replace(/_bucket$/, '')];
      expect([metric, declared]).not.toEqual([metric, undefined]);
      const known = [...OF_THE_TARGET, ...(declared?.labels ?? [])];
      for (const label of [...matchers.map((matcher) => matcher.label), ...grouping]) expect(known).toContain(label);
    }
  });

  it.each(rules.flatMap((rule) => (rule.alert === undefined ? [] : [[rule.alert, rule] as const])))(
    '%s says how bad it is, what it means and what to do',
    (_, { labels, annotations }) => {
      expect(['critical', 'warning', 'info']).toContain(labels?.['severity']);
      expect(Object.keys(annotations ?? {})).toEqual(['summary', 'description', 'runbook']);
    },
  );

  it('is the same for the operator', () => {
    const { spec } = read('prometheus/prometheusrule.yaml') as { readonly spec: Groups };
    expect(spec.groups).toEqual([...records.groups, ...alerts.groups]);
  });
});

describe('the operator’s Alertmanager', () => {
  it('has the routes of the file', () => {
    interface Matcher {
      readonly name: string;
      readonly value: string;
      readonly matchType: string;
    }
    const file = read('alertmanager/alertmanager.yml') as {
      readonly route: {
        readonly routes: readonly { readonly matchers: readonly string[]; readonly receiver: string }[];
      };
    };
    const { spec } = read('alertmanager/alertmanagerconfig.yaml') as {
      readonly spec: {
        readonly route: { readonly routes: readonly { matchers: readonly Matcher[]; receiver: string }[] };
      };
    };
    const written = spec.route.routes.map(({ matchers, receiver }) => ({
      matchers: matchers.map(({ name, value, matchType }) => `${name}${matchType}"${value}"`),
      receiver,
    }));
    expect(written).toEqual(file.route.routes.map(({ matchers, receiver }) => ({ matchers, receiver })));
  });
});
