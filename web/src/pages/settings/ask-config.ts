/** Reads the settings together with their ETag, which a change is sent with. */
import { createQuery, type CreateQueryResult } from '@tanstack/svelte-query';
import type { WireConfig } from '@tattle/contract';
import { callWithTag } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';

export interface TaggedConfig {
  readonly config: WireConfig;
  /** Null where something in between took it away: then a change is sent without. */
  readonly etag: string | null;
}

/** By the name of the operation first: a live message about settings makes it old. */
export const CONFIG_KEY = ['getConfig', {}, 'with its tag'] as const;

export function askConfig(): CreateQueryResult<TaggedConfig, ApiProblem> {
  return createQuery(() => ({
    queryKey: CONFIG_KEY,
    queryFn: async ({ signal }): Promise<TaggedConfig> => {
      const { answer, etag } = await callWithTag('getConfig', {}, { signal });
      return { config: answer, etag };
    },
  }));
}
