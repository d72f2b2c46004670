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

const WITH_RECEIPT = `o.incident_id <> '' AND r.channel = o.channel AND r.receipt IS NOT NULL AND r.no < o.no ORDER BY r.no DESC LIMIT 1`;
/** The message that told of the incident of o last, also where it told of several: it is the same for each of them. */
const TOLD_ALONE = `(SELECT r.no, r.receipt FROM deliveries r WHERE r.incident_id = o.incident_id AND ${WITH_RECEIPT})`;
const TOLD_AMONG_OTHERS = `(SELECT r.no, r.receipt FROM deliveries_also t JOIN deliveries r ON r.no = t.no
  WHERE t.incident_id = o.incident_id AND ${WITH_RECEIPT})`;

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
    (SELECT receipt FROM (${TOLD_ALONE} UNION ALL ${TOLD_AMONG_OTHERS}) told ORDER BY no DESC LIMIT 1) AS earlier_receipt`;
