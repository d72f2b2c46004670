/** Which permission in a cluster stands for which of Tattle's roles. */
import type { Permission } from '../../kube/reviews.ts';
import type { Role } from '../../model/access.ts';

interface Rung {
  readonly role: Role;
  readonly permission: Omit<Permission, 'namespace'>;
}

/**
 * Lowest first. Who may list a namespace's Events sees what Tattle knows of it. The other resources exist in no cluster: they
 * are words for RBAC, so that a Role says who acknowledges, approves and configures.
 */
export const LADDER: readonly Rung[] = [
  { role: 'viewer', permission: { verb: 'list', group: '', resource: 'events' } },
  { role: 'operator', permission: { verb: 'update', group: 'tattle.dev', resource: 'incidents' } },
  { role: 'approver', permission: { verb: 'update', group: 'tattle.dev', resource: 'remediations' } },
  { role: 'admin', permission: { verb: 'update', group: 'tattle.dev', resource: 'settings' } },
];
