import { describe, expect, it } from 'vitest';
import { createRedactor } from '../kit/redaction.ts';
import { DEFAULT_FILTER, type FilterSettings } from '../model/settings.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import type { Observation } from '../model/observation.ts';
import { parseFilter } from './filter-settings.ts';
import { nameMatcher } from './name-pattern.ts';
import { createTriage } from './triage.ts';
import { cacheOf, deployment, event, ref, slim, state } from './testing/observations.ts';

function triageWith(settings: Partial<FilterSettings>, objects: ObjectCache = cacheOf()) {
  const made = createRedactor();
  if (!made.ok) throw new Error('no redactor');
  return createTriage({
    objects,
    filter: { ...DEFAULT_FILTER, namespaces: 'all', ...settings },
    redactor: made.redactor,
  });
}

function dropOf(settings: Partial<FilterSettings>, observation: Observation, objects?: ObjectCache) {
  return triageWith(settings, objects).triage([observation]).dropped[0]?.reason ?? null;
}

const crash = event({ reason: 'BackOff', type: 'Warning', message: 'Back-off restarting failed container' });
const pull = event({ reason: 'BackOff', type: 'Normal', message: 'Back-off pulling image "x"' });
const onNode = event({ object: ref('Node', '', 'node-1'), reason: 'NodeNotReady' });

describe('namespaces', () => {
  it('are monitored only when chosen', () => {
    expect(dropOf({ namespaces: [] }, crash)).toBe('namespace-not-monitored');
    expect(dropOf({ namespaces: ['shop'] }, crash)).toBeNull();
    expect(dropOf({ namespaces: ['sh*'] }, crash)).toBeNull();
    expect(dropOf({ namespaces: 'all' }, crash)).toBeNull();
  });
  it('are excluded by name or wildcard, also from all', () => {
    expect(dropOf({ excludedNamespaces: ['*op'] }, crash)).toBe('namespace-excluded');
  });
  it('do not concern cluster-scoped objects, which have a switch', () => {
    expect(dropOf({ namespaces: [] }, onNode)).toBeNull();
    expect(dropOf({ clusterScoped: false }, onNode)).toBe('cluster-scoped-off');
  });
  it('match wildcards anchored at both ends', () => {
    const matches = nameMatcher(['team-*', 'a*b*c', 'exact', '*-x', 'aa*aa']);
    expect(['team-', 'team-1', 'abc', 'a1b2c', 'exact', 'q-x', 'aaaa'].every(matches)).toBe(true);
    expect(['my-team-1', 'team', 'ab', 'acb', 'exactly', 'x', 'aaa', ''].some(matches)).toBe(false);
    expect(nameMatcher([`${'a*'.repeat(40)}b`])('a'.repeat(5000))).toBe(false);
  });
});

describe('reasons and conditions', () => {
  it('match by what the reporter wrote and by what it means', () => {
    expect(dropOf({ includeReasons: ['BackOff'] }, crash)).toBeNull();
    expect(dropOf({ includeReasons: ['CrashLoopBackOff'] }, crash)).toBeNull();
    expect(dropOf({ includeReasons: ['CrashLoopBackOff'] }, pull)).toBe('reason');
    expect(dropOf({ includeReasons: ['ErrImagePull'] }, pull)).toBeNull();
    expect(dropOf({ includeReasons: ['crashloopbackoff', 'Failed*'] }, crash)).toBeNull();
    expect(dropOf({ excludeReasons: ['ImagePullBackOff'] }, pull)).toBe('reason');
  });
});

describe('the other filters', () => {
  it('name their drop', () => {
    expect(dropOf({ eventTypes: ['Warning'] }, pull)).toBe('event-type');
    expect(dropOf({ excludeKinds: ['pod'] }, crash)).toBe('kind');
    expect(dropOf({ includeKinds: ['Node'] }, crash)).toBe('kind');
    expect(dropOf({ excludeComponents: ['kube*'] }, crash)).toBe('component');
    expect(dropOf({ minimumCount: 3 }, crash)).toBe('minimum-count');
    expect(dropOf({ minimumCount: 3 }, { ...crash, count: 3 })).toBeNull();
  });

  it('select by labels and annotations of the object and of the Event', () => {
    const objects = cacheOf(slim(crash.object, { labels: { tier: 'front' }, annotations: { team: 'shop' } }));
    expect(dropOf({ labelSelector: 'tier in (front),!legacy' }, crash, objects)).toBeNull();
    expect(dropOf({ labelSelector: 'tier=back' }, crash, objects)).toBe('label-selector');
    expect(dropOf({ labelSelector: 'own=yes' }, { ...crash, labels: { own: 'yes' } }, objects)).toBeNull();
    expect(dropOf({ annotationSelector: 'team=other' }, crash, objects)).toBe('annotation-selector');
  });

  it('take object state by its condition, whatever the minimum count', () => {
    expect(dropOf({ minimumCount: 5, includeReasons: ['OOMKilled'] }, state('OOMKilled', 'raised'))).toBeNull();
  });

  it('let the end of a condition pass, whatever they became in between', () => {
    const over = state('CrashLoopBackOff', 'cleared');
    for (const settings of [
      { eventTypes: ['Warning'] },
      { excludeReasons: ['CrashLoopBackOff'] },
      { minimumCount: 9 },
      { includeReasons: ['X'] },
    ]) {
      expect(dropOf(settings, over)).toBeNull();
    }
    expect(dropOf({ namespaces: ['other'] }, over)).toBe('namespace-not-monitored');
  });
});

describe('the annotation tattle.dev/ignore', () => {
  const { pods, objects } = deployment('shop', 'web', 1);
  const observed = { ...crash, object: pods[0] ?? crash.object };
  const annotated = (kind: string, value: string) => {
    const namespace = slim(ref('Namespace', '', 'shop'));
    const marked = [...objects, namespace].map((object) =>
      object.ref.kind === kind ? { ...object, annotations: { 'tattle.dev/ignore': value } } : object,
    );
    return cacheOf(...marked);
  };

  it.each(['Pod', 'Deployment', 'Namespace'])('on the %s silences everything or the reasons it lists', (kind) => {
    expect(dropOf({}, observed, annotated(kind, 'true'))).toBe('ignored-by-annotation');
    expect(dropOf({}, observed, annotated(kind, 'Unhealthy, CrashLoopBackOff'))).toBe('ignored-by-annotation');
    expect(dropOf({}, observed, annotated(kind, 'Unhealthy'))).toBeNull();
    expect(dropOf({}, observed, annotated(kind, 'false'))).toBeNull();
  });
});

describe('settings', () => {
  it('that cannot be used are named with their mend, all at once', () => {
    const parsed = parseFilter({
      namespaces: ['ok', 'Not OK'],
      eventTypes: ['warning'],
      minimumCount: 0,
      clusterScoped: 'yes',
      labelSelector: 'a in b',
      colour: 1,
    });
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    const fields = ['namespaces[1]', 'eventTypes[0]', 'minimumCount', 'clusterScoped', 'labelSelector', 'colour'];
    expect(parsed.problems.map(({ field }) => field)).toEqual(fields);
    for (const { mend, problem } of parsed.problems)
      expect([mend.length > 5, problem.length > 5]).toEqual([true, true]);
  });

  it('that have another shape are refused', () => {
    const shapes: unknown[] = [null, [], 'all', 7, { namespaces: 'shop' }, { namespaces: null }, { constructor: 1 }];
    for (const input of shapes) expect(parseFilter(input).ok).toBe(false);
  });

  it('that name some fields leave the others', () => {
    const parsed = parseFilter({ minimumCount: 4 }, { ...DEFAULT_FILTER, namespaces: ['shop'] });
    expect(parsed).toMatchObject({ ok: true, settings: { namespaces: ['shop'], minimumCount: 4 } });
  });

  it('change at run time, and stay as they were when the new ones cannot be used', () => {
    const triage = triageWith({});
    expect(triage.setFilter({ ...DEFAULT_FILTER, namespaces: ['BAD'] })).toHaveLength(1);
    expect(triage.triage([crash]).kept).toHaveLength(1);
    expect(triage.setFilter({ ...DEFAULT_FILTER, namespaces: ['other'] })).toEqual([]);
    expect(triage.triage([crash]).kept).toHaveLength(0);
  });
});
