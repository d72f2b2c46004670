/** The audit trail. */
import { auditPage, auditVerdict } from '../audit.ts';
import { endpoint } from '../endpoint.ts';
import { auditFilter, cursor, limit } from '../parameters.ts';

const access = { role: 'admin', scope: 'whole' } as const;

export const auditEndpoints = {
  listAudit: endpoint({
    id: 'listAudit',
    method: 'GET',
    path: '/api/v1/audit',
    tag: 'Audit',
    summary: 'Who did or decided what, the newest first',
    access,
    query: { ...auditFilter, limit: limit(100, 1000), cursor },
    answer: auditPage,
  }),
  verifyAudit: endpoint({
    id: 'verifyAudit',
    method: 'GET',
    path: '/api/v1/audit/verify',
    tag: 'Audit',
    summary: 'Whether the audit trail is whole: reads all of it',
    access,
    answer: auditVerdict,
  }),
};
