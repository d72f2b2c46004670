/**
 * Follows a test alert on the way of a real one: fired at Alertmanager, matched by a route, received by Tattle, made an incident, and
 * over again. At the first step that fails it says what to mend, and stops; the alert is ended all the same.
 */
import { randomUUID } from 'node:crypto';
import { type Check, fail, ok } from '../check.ts';
import type { HeldAlert } from './alertmanager-api.ts';
import { type Before, type Following, waitFor } from './following.ts';
import { incidentSteps } from './incident-steps.ts';
import { matchedCheck } from './matched-check.ts';
import { chosenNamespace } from './namespace-step.ts';
import { notReceived } from './not-received.ts';
import { webhookReceivers } from './tattle-receivers.ts';
import { TEST_ALERT, TEST_LABEL, testAlert, type TestAlertTerms } from './test-alert.ts';

/** Longer than anybody waits: an alert that nobody ends is over then. */
const SLACK_MS = 600_000;
const END_WITHIN_MS = 5000;

/** Checks in the order of the way; the last one may be a failure. Throws the signal's reason only. */
export async function* followAlert(follow: Following): AsyncGenerator<Check, void> {
  const { alertmanager, tattle, signal, clock } = follow;
  const { namespace, check } = await chosenNamespace(tattle, follow.namespace, signal);
  yield check;
  if (namespace === null) return;
  const status = await alertmanager.status(signal);
  if (status.kind === 'none') {
    yield fail('alertmanager', `${alertmanager.place}: ${status.why}`, mendOf(status.status));
    return;
  }
  yield ok('alertmanager', `answers at ${alertmanager.place}, version ${status.value.version}`);
  const before = { calls: await alertmanager.webhookCalls(signal), dropped: await tattle.dropped(signal) };
  const startsAt = clock.now();
  const endsAt = startsAt + 2 * follow.waitMs + SLACK_MS;
  const terms = { id: randomUUID().slice(0, 8), namespace, labels: follow.labels, startsAt, endsAt };
  try {
    yield* fromFiring(follow, terms, before, status.value.configuration);
  } finally {
    // Also where it was interrupted. Ending what has ended changes nothing.
    await end(follow, terms, AbortSignal.timeout(END_WITHIN_MS));
  }
}

async function* fromFiring(
  follow: Following,
  terms: TestAlertTerms,
  before: Before,
  configuration: string,
): AsyncGenerator<Check, void> {
  const { tattle, signal } = follow;
  const { check, receivers } = await fire(follow, terms);
  yield check;
  if (check.state === 'fail') return;
  const hooks = webhookReceivers(configuration);
  const matched = matchedCheck(receivers, hooks, tattle.place);
  yield matched;
  if (matched.state === 'fail') return;
  const incident = await waitFor(follow, 'Alertmanager to tell Tattle', async () => {
    const answer = await tattle.incidentOf(TEST_LABEL, terms.id, signal);
    return answer.kind === 'none' ? undefined : answer.value;
  });
  if (incident === undefined) {
    yield await notReceived(follow, before);
    return;
  }
  yield ok('received', 'Tattle has stored it as an event');
  yield* incidentSteps(follow, incident, {
    end: () => end(follow, terms, signal),
    saysResolved: matched.state === 'ok',
  });
}

async function fire(
  { alertmanager, signal }: Following,
  terms: TestAlertTerms,
): Promise<{ readonly check: Check; readonly receivers: readonly string[] }> {
  const failed = (detail: string, mend: string) => ({ check: fail('fired', detail, mend), receivers: [] });
  const posted = await alertmanager.post(testAlert(terms), signal);
  if (posted.kind === 'none') return failed(`the alert is not taken: ${posted.why}`, 'Its log says more.');
  const held = await alertmanager.alert(TEST_LABEL, terms.id, signal);
  if (held.kind === 'none' || held.value === null) {
    const why = held.kind === 'none' ? held.why : 'it holds no such alert';
    return failed(`the alert was taken, but ${why}`, 'Do several Alertmanagers share that address?');
  }
  const heldBack = heldBackBy(held.value);
  if (heldBack !== null) return failed(heldBack.detail, heldBack.mend);
  const detail = `Alertmanager has it active: ${TEST_ALERT} in ${terms.namespace} (${TEST_LABEL}=${terms.id})`;
  return { check: ok('fired', detail), receivers: held.value.receivers };
}

function heldBackBy({ silencedBy, inhibitedBy }: HeldAlert): { readonly detail: string; readonly mend: string } | null {
  const other = 'or follow an alert that it does not match: --namespace, --label.';
  if (silencedBy.length > 0) {
    const detail = `Alertmanager tells nobody: it is silenced by ${silencedBy.join(', ')}`;
    return { detail, mend: `End the silence (amtool silence expire ID), ${other}` };
  }
  if (inhibitedBy.length > 0) {
    const detail = `Alertmanager tells nobody: it is inhibited by the alert ${inhibitedBy.join(', ')}`;
    return { detail, mend: `See inhibit_rules in its configuration, ${other}` };
  }
  return null;
}

function mendOf(status: number | null): string {
  return status === 401 || status === 403
    ? 'Give its credentials in a channel of type alertmanager with this URL: they are used here, too.'
    : 'Check its URL: that of Alertmanager itself, with its path prefix where it has one, and without /api/v2.';
}

async function end({ alertmanager, clock }: Following, terms: TestAlertTerms, signal: AbortSignal): Promise<void> {
  // Alertmanager refuses an end before the beginning.
  await alertmanager.post(testAlert({ ...terms, endsAt: Math.max(terms.startsAt + 1, clock.now()) }), signal);
}
