/** `tattle doctor --alert`: follows a test alert from the Alertmanager that is named, or configured, to the server that runs. */
import { parseAllowList } from '../../../kit/address-guard.ts';
import { systemClock } from '../../../kit/clock.ts';
import { createGuardedFetch } from '../../../kit/guarded-fetch.ts';
import type { Configuration } from '../../config-schema.ts';
import { type Check, fail } from '../check.ts';
import type { ServerToAsk } from '../server-check.ts';
import { alertmanagerApi } from './alertmanager-api.ts';
import { alertmanagerToUse } from './alertmanager-to-use.ts';
import { followAlert } from './follow-alert.ts';
import { tattleApi } from './tattle-api.ts';

export interface AlertToFollow {
  /** Of the Alertmanager, without `/api/v2`; left out: that of a configured channel. */
  readonly url?: string;
  /** What the alert is about; left out: a namespace that is monitored. */
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly waitMs: number;
}

const LOOK_EVERY_MS = 1000;

export async function* alertChecks(
  { url, namespace, labels, waitMs }: AlertToFollow,
  configuration: Configuration,
  server: ServerToAsk | null,
  { signal, onWait }: { readonly signal: AbortSignal; readonly onWait: (what: string) => Promise<void> },
): AsyncGenerator<Check, void> {
  if (server === null) {
    yield fail(
      'tattle',
      'no server runs that could receive an alert',
      'tattle serve starts one; --server URL names one elsewhere.',
    );
    return;
  }
  const chosen = alertmanagerToUse(url, configuration);
  if (chosen === null) {
    const mend =
      'Give its URL: tattle doctor --alert http://alertmanager:9093; or configure a channel of type alertmanager.';
    yield fail('alertmanager', 'none is named, and no channel is one', mend);
    return;
  }
  const { allowList } = parseAllowList(configuration.outgoing.allow);
  yield* followAlert({
    alertmanager: alertmanagerApi(chosen, createGuardedFetch({ allowList })),
    tattle: tattleApi(server),
    ...(namespace === undefined ? {} : { namespace }),
    labels,
    waitMs,
    lookEveryMs: LOOK_EVERY_MS,
    clock: systemClock,
    signal,
    onWait,
  });
}
