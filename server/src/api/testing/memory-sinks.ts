/** Sinks in memory: one, `ops`, that was refused two records. */
import type { KeptRefusal } from '../../model/sink.ts';
import type { Sinks, SinkView } from '../sinks.ts';

/** `mark` is in every text of them. */
export function memorySinks(mark = 'a field that does not fit'): Sinks & { readonly kept: KeptRefusal[] } {
  const kept = ['2', '1'].map(
    (id): KeptRefusal => ({
      ...{
        id,
        record: `c1/e${id}/1`,
        at: 1_000 * Number(id),
        reason: `400 ${mark}`,
        document: `{"message":"${mark}"}`,
      },
      ...{ cut: id === '1', replaying: false },
    }),
  );
  const view = (): SinkView => ({
    ...{ name: 'ops', type: 'elasticsearch', target: 'https://search.example:9200, index tattle-events' },
    takes: { include: 'both', minimumSeverity: 'info', namespaces: null },
    state: 'failing',
    standing: {
      ...{ name: 'ops', waiting: 3, lagMs: 61_400, catchingUp: false, holder: 'h', refused: kept.length },
      health: { takenAt: 1_000, failingSince: 2_000, error: { at: 3_000, text: `HTTP 503: ${mark}` } },
    },
    runBy: 'this',
  });
  return {
    kept,
    list: async () => [view()],
    now: () => [{ name: 'ops', state: 'failing' }],
    refusals: async (name, { limit, cursor }) => {
      if (name !== 'ops') return null;
      const from = cursor === undefined ? 0 : Number(cursor);
      const items = kept.slice(from, from + limit);
      return { items, nextCursor: from + limit < kept.length ? String(from + limit) : null };
    },
    replay: async (name, ids) => {
      if (name !== 'ops') return null;
      const asked = kept.filter(({ id, cut }) => !cut && (ids === null || ids.includes(id)));
      for (const refusal of asked) kept[kept.indexOf(refusal)] = { ...refusal, replaying: true };
      return asked.length;
    },
  };
}
