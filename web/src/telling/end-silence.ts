/** Ending a silence, and making old what was told of silences. */
import type { QueryClient } from '@tanstack/svelte-query';
import { call } from '../api/client.ts';

const ABOUT_SILENCES = new Set(['listSilences', 'previewSilence', 'listNoticeDecisions']);

export function silencesChanged(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ predicate: ({ queryKey: [name] }) => ABOUT_SILENCES.has(String(name)) });
}

/** Throws `ApiProblem`. */
export async function endSilence(queries: QueryClient, id: string): Promise<void> {
  await call('expireSilence', { params: { id } });
  await silencesChanged(queries);
}
