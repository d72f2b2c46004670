/** Which observations are kept: the settings compiled once, then a few cheap questions an observation. */
import { compileSelector, type LabelMap } from '../kit/label-selector.ts';
import { type DropReason, isEnd, type Observation } from '../model/observation.ts';
import type { FilterSettings } from '../model/settings.ts';
import type { ObjectCache, SlimObject } from '../model/slim-object.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import { canonicalCondition } from './conditions.ts';
import { foldedNameMatcher, nameMatcher } from './name-pattern.ts';

const IGNORE_ANNOTATION = 'tattle.dev/ignore';

/** Null keeps the observation. Two questions, so that what the first one drops costs nothing more. */
export interface Filter {
  /** Namespace, kind and component: of the observation alone. */
  readonly byOrigin: (observation: Observation) => DropReason | null;
  readonly byMeaning: (observation: Observation, facts: FilterFacts) => DropReason | null;
  /** Whether anything of this namespace is kept; of cluster-scoped objects where it is empty. */
  readonly isMonitored: (namespace: string) => boolean;
}

interface FilterFacts {
  readonly condition: string | null;
  readonly rootOwner: ObjectRef;
}

/**
 * Settings must have passed `parseFilter`. The end of a condition passes the filters by type, reason and count: whoever was
 * told of the problem must hear that it is over, also when the settings changed in between.
 */
export function compileFilter(settings: FilterSettings, objects: ObjectCache): Filter {
  const place = placeFilter(settings);
  const reporter = reporterFilter(settings);
  const meaning = meaningFilter(settings);
  const metadata = metadataFilter(settings, objects);
  const ignored = ignoreFilter(objects);
  return {
    byOrigin: (observation) => place(observation.object) ?? reporter(observation),
    isMonitored: (namespace) => place({ namespace }) === null,
    byMeaning: (observation, facts) => {
      const over = isEnd(observation);
      return (
        (over ? null : meaning(observation, facts.condition)) ??
        metadata(observation) ??
        ignored(observation, facts, over)
      );
    },
  };
}

function placeFilter(settings: FilterSettings): (object: Pick<ObjectRef, 'namespace'>) => DropReason | null {
  const isMonitored = settings.namespaces === 'all' ? () => true : nameMatcher(settings.namespaces);
  const isExcluded = nameMatcher(settings.excludedNamespaces);
  return ({ namespace }) => {
    if (namespace === '') return settings.clusterScoped ? null : 'cluster-scoped-off';
    // Excluded comes first: `all` but these must say so where it applies, and a namespace in both lists is excluded.
    if (isExcluded(namespace)) return 'namespace-excluded';
    return isMonitored(namespace) ? null : 'namespace-not-monitored';
  };
}

function reporterFilter(settings: FilterSettings): (observation: Observation) => DropReason | null {
  const kinds = listFilter(settings.includeKinds, settings.excludeKinds);
  const components = listFilter(settings.includeComponents, settings.excludeComponents);
  return ({ object, component }) => {
    if (!kinds(object.kind)) return 'kind';
    return components(component) ? null : 'component';
  };
}

/** Whether a name passes: in the one list where that has entries, and not in the other. */
function listFilter(include: readonly string[], exclude: readonly string[]): (name: string) => boolean {
  if (include.length === 0 && exclude.length === 0) return () => true;
  const included = include.length === 0 ? () => true : foldedNameMatcher(include);
  const excluded = foldedNameMatcher(exclude);
  return (name) => included(name) && !excluded(name);
}

/** Reasons match by what the reporter wrote and by what it means; ErrImagePull finds what is known as ImagePullBackOff. */
function meaningFilter(
  settings: FilterSettings,
): (observation: Observation, condition: string | null) => DropReason | null {
  const both = (names: readonly string[]) => [...new Set([...names, ...names.map(canonicalCondition)])];
  const included = settings.includeReasons.length === 0 ? null : foldedNameMatcher(both(settings.includeReasons));
  const excluded = settings.excludeReasons.length === 0 ? null : foldedNameMatcher(both(settings.excludeReasons));
  const types = settings.eventTypes.length === 0 ? null : new Set(settings.eventTypes);
  return ({ reason, type, count, source }, condition) => {
    if (types !== null && !types.has(type)) return 'event-type';
    const matches = (names: (name: string) => boolean) => names(reason) || (condition !== null && names(condition));
    if (included !== null && !matches(included)) return 'reason';
    if (excluded !== null && matches(excluded)) return 'reason';
    // Object state has no count: it lasts, and a detector has waited for it. So have the authors of alerts and reports.
    return source === 'event' && count < settings.minimumCount ? 'minimum-count' : null;
  };
}

/** Over what the involved object carries, as far as it is known, and what the Event itself carries. */
function metadataFilter(
  settings: FilterSettings,
  objects: ObjectCache,
): (observation: Observation) => DropReason | null {
  const labels = selector(settings.labelSelector);
  const annotations = selector(settings.annotationSelector);
  if (labels === null && annotations === null) return () => null;
  return (observation) => {
    const object = objects.find(observation.cluster.uid, observation.object);
    if (labels !== null && !labels(merged(observation.labels, object?.labels))) return 'label-selector';
    const passes = annotations === null || annotations(merged(observation.annotations, object?.annotations));
    return passes ? null : 'annotation-selector';
  };
}

function selector(source: string): ((labels: LabelMap) => boolean) | null {
  if (source.trim() === '') return null;
  const compiled = compileSelector(source);
  if (!compiled.ok) throw new Error(`the selector "${source}" was not checked before: ${compiled.problem}`);
  return compiled.matches;
}

function merged(own: LabelMap, ofObject: LabelMap | undefined): LabelMap {
  return ofObject === undefined ? own : { ...own, ...ofObject };
}

/** `tattle.dev/ignore: "true"`, or a list of reasons and conditions, on the object, its root owner or its Namespace. */
function ignoreFilter(objects: ObjectCache) {
  const ignores = (
    carrier: SlimObject | undefined,
    observation: Observation,
    condition: string | null,
    over: boolean,
  ) => {
    const value = carrier?.annotations[IGNORE_ANNOTATION];
    if (value === undefined) return false;
    if (value.trim() === 'true') return true;
    // As with the filters by reason, the end of what was reported is reported.
    if (over) return false;
    const names = value.split(',').map((name) => name.trim());
    return names.some(
      (name) => name === observation.reason || (condition !== null && canonicalCondition(name) === condition),
    );
  };
  return (observation: Observation, { condition, rootOwner }: FilterFacts, over: boolean): DropReason | null => {
    const { cluster, object } = observation;
    const found = objects.find(cluster.uid, object);
    if (ignores(found, observation, condition, over)) return 'ignored-by-annotation';
    if (rootOwner !== object) {
      const owner = objects.find(cluster.uid, rootOwner);
      if (owner !== found && ignores(owner, observation, condition, over)) return 'ignored-by-annotation';
    }
    if (object.namespace === '') return null;
    const namespace = objects.find(cluster.uid, { kind: 'Namespace', namespace: '', name: object.namespace, uid: '' });
    return ignores(namespace, observation, condition, over) ? 'ignored-by-annotation' : null;
  };
}
