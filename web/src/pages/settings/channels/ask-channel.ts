/** Reads a channel with its settings and their ETag, which a change is sent with. */
import { createQuery, type CreateQueryResult } from '@tanstack/svelte-query';
import type { WireChannelDetail } from '@tattle/contract';
import { callWithTag } from '../../../api/client.ts';
import type { ApiProblem } from '../../../api/problem.ts';

export interface TaggedChannel {
  readonly channel: WireChannelDetail;
  /** Null where something in between took it away: then a change is sent without. */
  readonly etag: string | null;
}

/** By the name of the operation first: a live message about settings makes it old. */
export function askChannel(name: () => string): CreateQueryResult<TaggedChannel, ApiProblem> {
  return createQuery(() => ({
    queryKey: ['getChannel', { params: { name: name() } }, 'with its tag'],
    queryFn: async ({ signal }): Promise<TaggedChannel> => {
      const { answer, etag } = await callWithTag('getChannel', { params: { name: name() } }, { signal });
      return { channel: answer, etag };
    },
    staleTime: 0,
  }));
}
