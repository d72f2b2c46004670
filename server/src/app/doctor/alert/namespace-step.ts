/** In which namespace the test alert fires: one that Tattle monitors, or it would be left out. */
import { type Check, fail, ok } from '../check.ts';
import type { TattleApi } from './tattle-api.ts';

export interface ChosenNamespace {
  /** Null where none will do. */
  readonly namespace: string | null;
  readonly check: Check;
}

/** `wanted` is taken also where Tattle does not know of it yet: its filter may have it. */
export async function chosenNamespace(
  tattle: TattleApi,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<ChosenNamespace> {
  const answer = await tattle.namespaces(signal);
  if (answer.kind === 'none') {
    const mend =
      answer.status === null
        ? 'Is it running there? tattle serve starts one.'
        : 'Set TATTLE_TOKEN to a token of that server that may read it.';
    return { namespace: null, check: fail('tattle', `${tattle.place}: ${answer.why}`, mend) };
  }
  const monitored = new Set(answer.value.filter((one) => one.monitored).map(({ namespace }) => namespace));
  const isKnown = answer.value.some(({ namespace }) => namespace === wanted);
  if (wanted !== undefined && (monitored.has(wanted) || !isKnown)) return chosen(wanted, tattle);
  const [first] = monitored;
  if (wanted !== undefined || first === undefined) {
    const why = wanted === undefined ? 'it monitors no namespace that is known' : `it does not monitor ${wanted}`;
    const mend =
      first === undefined
        ? 'Choose namespaces in its settings, or start it with --namespaces all.'
        : `Follow an alert in one that it does: --namespace ${first}.`;
    return { namespace: null, check: fail('tattle', `${tattle.place} would leave the alert out: ${why}`, mend) };
  }
  return chosen(monitored.has('default') ? 'default' : first, tattle);
}

function chosen(namespace: string, { place }: TattleApi): ChosenNamespace {
  return { namespace, check: ok('tattle', `answers at ${place}; the alert is about the namespace ${namespace}`) };
}
