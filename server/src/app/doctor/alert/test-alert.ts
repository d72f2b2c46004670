/** The alert that the doctor fires: it says of itself that it is a test, and no two are the same. */
import { rfc3339 } from '../../../kit/format-time.ts';
import type { PostedAlert } from './alertmanager-api.ts';

/** Names one test; everything is asked for by it. */
export const TEST_LABEL = 'tattle_test';
export const TEST_ALERT = 'TattleTestAlert';

export interface TestAlertTerms {
  readonly id: string;
  readonly namespace: string;
  /** For the routes of whoever asks: they win. */
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: number;
  /** Should nobody say that it is over, Alertmanager takes it for over then. */
  readonly endsAt: number;
}

export function testAlert({ id, namespace, labels, startsAt, endsAt }: TestAlertTerms): PostedAlert {
  return {
    labels: {
      alertname: TEST_ALERT,
      // Many routes lead by it.
      severity: 'warning',
      namespace,
      // Of no pod that there is, so that each test is an incident of its own.
      pod: `tattle-test-alert-${id}`,
      ...labels,
      [TEST_LABEL]: id,
    },
    annotations: {
      summary: 'A test of tattle doctor --alert: nothing is wrong',
      description: 'Somebody follows this alert from Alertmanager to Tattle. It is over within minutes.',
    },
    startsAt: rfc3339(startsAt),
    endsAt: rfc3339(endsAt),
  };
}
