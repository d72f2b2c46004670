/** Which deliveries may go: of those that tell one channel of the same incident, the earliest alone. */
import { DELIVERY } from './delivery-rows.ts';

/** An earlier delivery (e) to the channel of d that is not through. `dead` and `disabled` ones are: they block nothing. */
const EARLIER = `e.channel = d.channel AND e.status = 'pending' AND e.no < d.no`;

/** What tells of no incident waits for nothing. */
const alone = (incident: string) =>
  `SELECT 1 FROM deliveries e WHERE e.incident_id = ${incident} AND ${incident} <> '' AND ${EARLIER}`;

/** By `OFFSET 0` asked of one candidate after the other until enough may go: as a join it would read all that waits for every claim. */
const amongOthers = (incident: string) =>
  `SELECT 1 FROM deliveries_also a JOIN deliveries e ON e.no = a.no WHERE a.waits AND a.incident_id = ${incident} AND ${EARLIER} OFFSET 0`;

const WITH_RECEIPT = `o.incident_id <> '' AND r.channel = o.channel AND r.receipt IS NOT NULL AND r.no < o.no`;
const NEWEST = 'ORDER BY r.no DESC LIMIT 1';
/** The newest message that told of the incident of o, and of no other: it is kept up to date, whatever is told together meanwhile. */
const TOLD_ALONE = `(SELECT r.receipt FROM deliveries r WHERE r.incident_id = o.incident_id AND ${WITH_RECEIPT}
  AND NOT EXISTS (SELECT 1 FROM deliveries_also t WHERE t.no = r.no) ${NEWEST})`;
/** The newest message that told of it and of others: as the worst of them, or as another one. */
const TOLD_AMONG_OTHERS = `(SELECT receipt FROM (
    (SELECT r.no, r.receipt FROM deliveries r WHERE r.incident_id = o.incident_id AND ${WITH_RECEIPT} ${NEWEST}) UNION ALL
    (SELECT r.no, r.receipt FROM deliveries_also t JOIN deliveries r ON r.no = t.no
      WHERE t.incident_id = o.incident_id AND ${WITH_RECEIPT} ${NEWEST})) told ORDER BY no DESC LIMIT 1)`;

/** Values: how many, now, the lease, for how long, channels to leave out. A leased one is still pending and blocks. */
export const CLAIM = `UPDATE deliveries o SET lease = $3, leased_until = $2 + $4
  WHERE no IN (
    SELECT no FROM deliveries d
    WHERE status = 'pending' AND next_attempt_at <= $2 AND (leased_until IS NULL OR leased_until <= $2)
      AND channel <> ALL ($5::text[])
      AND NOT EXISTS (${alone('d.incident_id')})
      AND NOT EXISTS (${amongOthers('d.incident_id')})
      AND NOT EXISTS (SELECT 1 FROM deliveries_also t WHERE t.no = d.no
        AND (EXISTS (${alone('t.incident_id')}) OR EXISTS (${amongOthers('t.incident_id')})) OFFSET 0)
    ORDER BY next_attempt_at, no LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING no, notice, ${DELIVERY},
    COALESCE(${TOLD_ALONE}, ${TOLD_AMONG_OTHERS}) AS earlier_receipt`;
