/** What the first steps are told from. */
import { ask } from '../api/ask.svelte.ts';
import type { Query } from '../api/types.ts';
import { type Step, stepsOf } from './steps.ts';

/** Answers are kept for ten seconds by the server. */
const CHECKS_MS = 15_000;

/** What a test incident is about, for people to find them. */
const TEST_CONDITION = 'TattleTest';

const DELIVERED = { status: ['delivered'], limit: 1 } satisfies Query<'listDeliveries'>;

function askChecks(enabled: () => boolean = () => true) {
  return ask(
    'getChecks',
    () => ({}),
    () => ({ everyMs: CHECKS_MS, enabled: enabled() }),
  );
}

/** The steps are null until enough is known. */
export function askSteps(enabled: () => boolean = () => true) {
  const when = () => ({ enabled: enabled() });
  const often = () => ({ enabled: enabled(), everyMs: 10_000 });
  const status = ask('getStatus', () => ({}), often);
  const config = ask('getConfig', () => ({}), when);
  const namespaces = ask('listNamespaces', () => ({}), when);
  const checks = askChecks(enabled);
  const newest = ask('listEvents', () => ({ query: { limit: 1 } }), often);
  const delivered = ask('listDeliveries', () => ({ query: DELIVERED }), when);
  const tests = ask('listIncidents', () => ({ query: { condition: [TEST_CONDITION], limit: 1 } }), when);

  const isAnswered = $derived(
    status.data !== undefined &&
      [config, namespaces, checks, newest, delivered, tests].every(
        ({ data, error }) => data !== undefined || error !== null,
      ),
  );
  const channels = $derived.by(() => {
    const found = checks.data?.items.filter(({ name }) => name.startsWith('channel '));
    return found === undefined
      ? null
      : { count: found.length, failing: found.filter(({ state }) => state === 'fail').length };
  });
  const steps = $derived.by((): readonly Step[] | null => {
    if (!isAnswered || status.data === undefined) return null;
    const seen = namespaces.data?.items ?? [];
    return stepsOf({
      status: status.data,
      namespaces: config.data?.filter.namespaces ?? null,
      monitored: { count: seen.filter(({ monitored }) => monitored).length, of: seen.length },
      lastEvent: newest.data?.items[0]?.lastSeen ?? null,
      channels,
      hasDelivered: (delivered.data?.items.length ?? 0) > 0,
      hasTested: (tests.data?.items.length ?? 0) > 0,
    });
  });
  return {
    get steps() {
      return steps;
    },
    /** When the newest stored event happened. */
    get lastEvent() {
      return newest.data?.items[0]?.lastSeen ?? null;
    },
    get checks() {
      return checks;
    },
    get status() {
      return status;
    },
  };
}
