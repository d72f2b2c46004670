/** What is asked about silences: those in force, which of them hold for an incident, and how many incidents they hold back. */
import { createQuery, type CreateQueryResult, keepPreviousData } from '@tanstack/svelte-query';
import type { WireIncident, WireSilence } from '@tattle/contract';
import { ask } from '../api/ask.svelte.ts';
import { call } from '../api/client.ts';
import type { ApiProblem } from '../api/problem.ts';
import { holdingOf, narrowedTo } from './holding.ts';

/** So many silences are looked into; who has more is told of these. */
const MOST = 20;
/** Silences end by themselves, which no live message tells of. */
const AGAIN_MS = 30_000;

export function askActiveSilences(enabled: () => boolean = () => true) {
  return ask(
    'listSilences',
    () => ({ query: { state: ['active' as const] } }),
    () => ({ everyMs: AGAIN_MS, enabled: enabled() }),
  );
}

/** Those of `silences` that hold for the incident. */
export function askHolding(
  incident: () => WireIncident,
  silences: () => readonly WireSilence[],
): CreateQueryResult<readonly WireSilence[], ApiProblem> {
  return createQuery<readonly WireSilence[], ApiProblem>(() => {
    const [about, given] = [incident(), silences()];
    const { id, severity, state, diagnosis } = about;
    return {
      queryKey: ['previewSilence', 'holding', id, severity, state, diagnosis?.cause ?? '', given.map((one) => one.id)],
      queryFn: async ({ signal }) => {
        const possible = given.filter((silence) => holdingOf(silence, about) !== 'no').slice(0, MOST);
        const held = await Promise.all(possible.map((silence) => isHeld(silence, about, signal)));
        return possible.filter((_, index) => held[index]);
      },
    };
  });
}

async function isHeld(silence: WireSilence, incident: WireIncident, signal: AbortSignal): Promise<boolean> {
  if (holdingOf(silence, incident) === 'yes') return true;
  const body = { matchers: narrowedTo(silence, incident) };
  const { incidents } = await call('previewSilence', { body }, { signal });
  return incidents.some(({ id }) => id === incident.id);
}

export interface HeldBack {
  readonly incidents: number;
  /** Whether there are more than were counted. */
  readonly isMore: boolean;
}

/** How many open incidents the silences hold back, each counted once. */
export function askHeldBack(silences: () => readonly WireSilence[]): CreateQueryResult<HeldBack, ApiProblem> {
  return createQuery<HeldBack, ApiProblem>(() => {
    const given = silences();
    return {
      queryKey: ['previewSilence', 'held back', given.map(({ id }) => id)],
      queryFn: async ({ signal }) => {
        const looked = given.slice(0, MOST);
        const answers = await Promise.all(
          looked.map(({ matchers }) => call('previewSilence', { body: { matchers } }, { signal })),
        );
        const ids = new Set(answers.flatMap(({ incidents }) => incidents.map(({ id }) => id)));
        return { incidents: ids.size, isMore: given.length > MOST || answers.some(({ more }) => more > 0) };
      },
      enabled: given.length > 0,
      placeholderData: keepPreviousData,
      refetchInterval: AGAIN_MS,
    };
  });
}
