/** Silences: what nobody is told of for a while, and what that would hold back. */
import { randomUUID } from 'node:crypto';
import { endpoints, type WireSilence } from '@tattle/contract';
import { scopeOf } from '../../kit/scope.ts';
import { type Matcher, type Silence, silenceState } from '../../model/silence.ts';
import { invalidBody } from '../body.ts';
import { scoped } from '../filters.ts';
import { seeAll, wholeOf } from '../incident-sight.ts';
import { readMoment } from '../moments.ts';
import type { ApiPorts } from '../ports.ts';
import { notFound, type RequestProblem } from '../problem.ts';
import { notAllowed } from '../refusals.ts';
import type { Routes } from '../registry.ts';
import { isSilenceWithin } from '../silence-scope.ts';
import type { Telling } from '../telling.ts';
import { rfc3339 } from '../times.ts';
import { orNull } from '../wire.ts';

type Ports = Pick<ApiPorts, 'history' | 'telling' | 'clusters' | 'clock'>;

const MINUTE_MS = 60_000;
const LONGEST_MS = 366 * 86_400_000;
/** Open incidents that a preview looks at, and how many of them it shows. */
const MOST_LOOKED_AT = 1000;
const MOST_SHOWN = 50;

export function silenceRoutes(routes: Routes, ports: Ports): void {
  const { telling, clock, history, clusters } = ports;

  routes.add(endpoints.listSilences, async ({ query, scope }) => {
    const now = clock.now();
    const all = await telling.silences.silences(now, query.state, 1000);
    const seen = all.filter(({ matchers }) => isSilenceWithin(matchers, scope, clusters()));
    return {
      items: seen.slice(0, query.limit).map((one) => wireSilence(one, now, telling)),
      nextCursor: null,
      partial: seen.length > query.limit,
    };
  });

  routes.add(endpoints.createSilence, async ({ body, scope, principal }) => {
    const now = clock.now();
    const matchers = matchersOf(body.matchers, telling, endpoints.createSilence.bodyHint);
    if (!isSilenceWithin(matchers, scope, clusters())) {
      throw notAllowed(
        'It could hold back what lies where you may not act: name one of your namespaces with namespace="…" (and its cluster).',
      );
    }
    const times = timesOf(body, now);
    const silence: Silence = {
      id: `sil_${randomUUID()}`,
      matchers,
      ...times,
      createdBy: principal.name,
      createdAt: now,
      comment: body.comment,
      expiredAt: null,
      scope,
    };
    await telling.silences.addSilence(silence, principal.id);
    return wireSilence(silence, now, telling);
  });

  routes.add(endpoints.expireSilence, async ({ params, scope, principal }) => {
    const now = clock.now();
    const silence = await telling.silences.silence(params.id);
    const mayRead = scopeOf(principal, 'viewer');
    if (silence === null || !isSilenceWithin(silence.matchers, mayRead, clusters())) {
      throw notFound(
        `There is no silence ${JSON.stringify(params.id)}.`,
        'GET /api/v1/silences lists those that there are.',
      );
    }
    if (!isSilenceWithin(silence.matchers, scope, clusters()))
      throw notAllowed('This silence holds back what lies where you may not act.');
    const before = await telling.silences.expireSilence(silence.id, principal.id, now);
    if (before === null) throw notFound('It is gone.', 'GET /api/v1/silences lists those that there are.');
    await telling.silenceEnded(silence.id);
    return wireSilence((await telling.silences.silence(silence.id)) ?? before, now, telling);
  });

  routes.add(endpoints.previewSilence, async ({ body, scope }) => {
    const matchers = matchersOf(body.matchers, telling, endpoints.previewSilence.bodyHint);
    const filter = { fields: { state: ['open', 'acknowledged', 'regressed'] }, ...scoped(scope) };
    const { items } = await history.incidents(filter, { limit: MOST_LOOKED_AT });
    // Of what is seen in part, the rest stays unknown: what matchers say of it would tell.
    const whole = scope === 'everything' ? items : await wholeOf(items, scope, history);
    const matching = await telling.matching(matchers, whole);
    return {
      incidents: await seeAll(matching.slice(0, MOST_SHOWN), scope, history),
      more: Math.max(0, matching.length - MOST_SHOWN),
    };
  });
}

function matchersOf(texts: readonly string[], { readMatchers }: Telling, hint: string): readonly Matcher[] {
  const read = readMatchers(texts);
  if (read.ok) return read.matchers;
  throw invalidBody(read.problems, hint);
}

function timesOf(
  {
    startsAt,
    endsAt,
    forMinutes,
  }: { startsAt?: string | undefined; endsAt?: string | undefined; forMinutes?: number | undefined },
  now: number,
): Pick<Silence, 'startsAt' | 'endsAt'> {
  const start = startsAt === undefined ? now : readMoment('startsAt', startsAt, now);
  if ((endsAt === undefined) === (forMinutes === undefined)) {
    throw wrongTimes('endsAt', 'or forMinutes, one of the two, must say when it ends');
  }
  const end = endsAt === undefined ? start + (forMinutes ?? 0) * MINUTE_MS : readMoment('endsAt', endsAt, now);
  if (end <= start) throw wrongTimes('endsAt', 'is not after its start');
  if (end <= now) throw wrongTimes('endsAt', 'is past already');
  if (end - start > LONGEST_MS) throw wrongTimes('endsAt', 'is more than a year after its start');
  return { startsAt: start, endsAt: end };
}

function wrongTimes(path: string, message: string): RequestProblem {
  return invalidBody([{ path, message }], 'Send {"forMinutes": 60}, or {"endsAt": "2026-01-31T18:00:00Z"}.');
}

function wireSilence(silence: Silence, now: number, { matcherText }: Telling): WireSilence {
  const { id, matchers, startsAt, endsAt, expiredAt, createdBy, createdAt, comment } = silence;
  return {
    id,
    state: silenceState(silence, now),
    matchers: matchers.map(matcherText),
    startsAt: rfc3339(startsAt),
    endsAt: rfc3339(endsAt),
    expiredAt: orNull(expiredAt),
    createdBy,
    createdAt: rfc3339(createdAt),
    comment,
  };
}
