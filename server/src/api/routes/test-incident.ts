/** A made-up problem, so that people see one open, be told and end before a real one does. */
import { endpoints } from '@tattle/contract';
import type { DropReason } from '../../model/observation.ts';
import type { ApiPorts } from '../ports.ts';
import { RequestProblem } from '../problem.ts';
import type { Routes } from '../registry.ts';
import { testPlaceOf } from '../test-place.ts';
import { rfc3339 } from '../times.ts';

export function testIncidentRoute(
  routes: Routes,
  ports: Pick<ApiPorts, 'clusters' | 'knownNamespaces' | 'settings' | 'testIncident'>,
): void {
  routes.add(endpoints.testIncident, async ({ body, scope, principal, reply }) => {
    const place = testPlaceOf(body, scope, ports);
    const outcome = await ports.testIncident({ ...place, by: principal });
    switch (outcome.kind) {
      case 'filtered':
        throw leftOut(outcome.reason, place.namespace);
      case 'too-soon': {
        const seconds = Math.ceil(outcome.retryAfterMs / 1000);
        reply.header('retry-after', String(seconds));
        throw new RequestProblem({
          status: 429,
          title: 'One test at a time',
          detail: `The last test in ${place.cluster.name} began less than a minute ago.`,
          hint: `Try again in ${seconds} s.`,
        });
      }
      case 'begun': {
        const { incidentId, object, condition, resolvesAt } = outcome;
        const { kind, name, namespace } = object;
        const { uid: cluster, name: clusterName } = place.cluster;
        return {
          incidentId,
          watchFor: { cluster, clusterName, namespace, kind, name, condition },
          resolvesAt: rfc3339(resolvesAt),
        };
      }
    }
  });
}

const BY_NAMESPACE: ReadonlySet<DropReason> = new Set(['namespace-not-monitored', 'namespace-excluded']);

function leftOut(reason: DropReason, namespace: string): RequestProblem {
  const isPlace = BY_NAMESPACE.has(reason);
  return new RequestProblem({
    status: 409,
    title: 'The filters leave it out',
    detail: isPlace
      ? `The namespace ${JSON.stringify(namespace)} is not monitored (${reason}): a test there would be left out like everything else. Nothing was made.`
      : `The filters leave a test in ${JSON.stringify(namespace)} out (${reason}), like any problem of its kind. Nothing was made.`,
    hint: isPlace
      ? 'Choose a monitored namespace, or monitor this one: PUT /api/v1/config/namespaces.'
      : 'GET /api/v1/config shows the filters; PUT /api/v1/config changes them.',
  });
}
