/** From the stored alert to its incident, and to the end of that. */
import { type Check, fail, ok, warn } from '../check.ts';
import { type Following, stretchText, waitFor } from './following.ts';
import { TEST_LABEL } from './test-alert.ts';

const NO_INCIDENT = 'Alerts of severity info open none: give another one with --label severity=warning.';

interface Ends {
  /** Tells Alertmanager that the alert is over. */
  readonly end: () => Promise<void>;
  /** Whether Alertmanager passes that on. */
  readonly saysResolved: boolean;
}

/** `incident`: its id; null where the event has none. */
export async function* incidentSteps(
  follow: Following,
  incident: string | null,
  { end, saysResolved }: Ends,
): AsyncGenerator<Check, void> {
  const { tattle, signal } = follow;
  if (incident === null) {
    yield fail('incident', `the event belongs to none (label ${TEST_LABEL})`, NO_INCIDENT);
    return;
  }
  const opened = await tattle.incident(incident, signal);
  if (opened.kind === 'none') {
    yield fail('incident', `${incident} cannot be read: ${opened.why}`, 'The log of Tattle says more.');
    return;
  }
  yield ok('incident', `${opened.value.state}: ${opened.value.title} (${incident})`);
  await end();
  const over = await waitFor(follow, 'Tattle to hear that it is over', async () => {
    const answer = await tattle.incident(incident, signal);
    if (answer.kind === 'none') return undefined;
    const { state, clearedAt } = answer.value;
    return state === 'resolved' || clearedAt !== null ? state : undefined;
  });
  yield endCheck(over, saysResolved, stretchText(follow.waitMs));
}

function endCheck(over: string | undefined, saysResolved: boolean, waited: string): Check {
  if (over === 'resolved') return ok('ended', 'the alert is over, and so is the incident');
  if (over !== undefined)
    return ok('ended', 'the alert is over; the incident resolves by itself after its hold-down, about a minute');
  if (!saysResolved) {
    const mend = 'Set send_resolved: true on the webhook of its receiver; meanwhile: tattle incident resolve.';
    return fail('ended', `Tattle has not heard within ${waited} that the alert is over`, mend);
  }
  const detail = `the alert is over; Alertmanager has not told Tattle within ${waited}, and does so at the group_interval of its route (5m unless set)`;
  return warn(
    'ended',
    detail,
    'The incident resolves about a minute after that: tattle incident show says when. --wait 6m waits for it.',
  );
}
