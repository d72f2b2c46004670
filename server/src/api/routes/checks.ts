/** What works and what does not, for whoever has just started Tattle. */
import { endpoints } from '@tattle/contract';
import { coversCluster } from '../../kit/scope.ts';
import type { ApiPorts } from '../ports.ts';
import type { Routes } from '../registry.ts';
import { rfc3339 } from '../times.ts';
import { orNull } from '../wire.ts';

export function checkRoutes(routes: Routes, { checks }: Pick<ApiPorts, 'checks'>): void {
  routes.add(endpoints.getChecks, async ({ scope }) => {
    const { at, simulated, items } = await checks();
    // Who may ask sees all of every cluster that was reached; one that was not is no secret to those who see all alone.
    const seen = items.filter(({ cluster }) => cluster === null || coversCluster(scope, cluster));
    return {
      checkedAt: rfc3339(at),
      simulated,
      items: seen.map(({ name, title, state, detail, last, mend, manifest }) => ({
        name,
        title,
        state,
        detail,
        last: orNull(last),
        mend,
        manifest,
      })),
    };
  });
}
