/** Alerts as Alertmanager sends them, and what became of them in the store. */
import type { Incident, Strand } from '../../../model/incident.ts';
import type { History } from '../../../model/ports/history.ts';

export const NOW = Date.UTC(2026, 4, 4, 9, 30);
export const SECOND = 1000;
export const HOUR = 3_600_000;

const at = (ms: number) => new Date(ms).toISOString();

/** In the namespace shop, for twenty seconds unless told. */
export function firing(name: string, labels: Readonly<Record<string, string>> = {}, startsAt = NOW - 20 * SECOND) {
  return {
    status: 'firing',
    labels: { alertname: name, namespace: 'shop', severity: 'warning', ...labels },
    annotations: { summary: `${name} fires` },
    startsAt: at(startsAt),
    endsAt: '0001-01-01T00:00:00Z',
  };
}

export function resolved(alert: ReturnType<typeof firing>, endsAt: number) {
  return { ...alert, status: 'resolved', endsAt: at(endsAt) };
}

interface Stored {
  readonly history: History;
}

export async function incidentsOf({
  history,
}: Stored): Promise<readonly { incident: Incident; strands: readonly Strand[] }[]> {
  const { items } = await history.incidents({ fields: {} }, { limit: 100 });
  const strands = await history.strands(...items.map(({ id }) => id));
  return items.map((incident) => ({
    incident,
    strands: strands.filter(({ incidentId }) => incidentId === incident.id),
  }));
}

export async function eventsOf({ history }: Stored) {
  return (await history.events({ fields: {} }, { limit: 100 })).items;
}
