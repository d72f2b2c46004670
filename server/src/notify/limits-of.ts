/** What the routes that tell something now may tell at the most, for the transaction in which it is told. */
import type { RouteLimit } from '../model/ports/telling.ts';
import type { Policy } from './policy/policy.ts';
import type { Decided, Question } from './policy/question.ts';

const MINUTE_MS = 60_000;

/** None of what is told whatever was told before: see `laterBy`. In one order, so that no two workers wait for each other. */
export function limitsOf(
  { kind, incident, at }: Pick<Question, 'kind' | 'incident' | 'at'>,
  { decisions }: Pick<Decided, 'decisions'>,
  { routes }: Pick<Policy, 'routes'>,
): readonly RouteLimit[] {
  if ((kind !== 'opened' && kind !== 'worse') || incident.severity === 'critical') return [];
  const telling = new Set(decisions.filter(({ verdict }) => verdict === 'told').map(({ route }) => route));
  return [...telling].toSorted().flatMap((name) => {
    const limit = routes.find(({ settings }) => settings.name === name)?.settings.limit;
    if (limit === undefined) return [];
    return [{ route: name, since: at - limit.perMinutes * MINUTE_MS, notices: limit.notices }];
  });
}
