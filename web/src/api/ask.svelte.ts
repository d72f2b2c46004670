/** Reads an endpoint and keeps what it answered: cached, asked again when something changed, the old answer shown until the new one is here. */
import {
  createInfiniteQuery,
  createQuery,
  type CreateInfiniteQueryResult,
  type CreateQueryResult,
  type InfiniteData,
  keepPreviousData,
  QueryClient,
} from '@tanstack/svelte-query';
import type { EndpointName } from '@tattle/contract';
import { call } from './client.ts';
import { ApiProblem } from './problem.ts';
import type { Answer, CallOf } from './types.ts';

/** The client is asked to forget what a live message is about, so nothing has to be stale by age. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 300_000,
        retry: (failures, error) => failures < 2 && !(error instanceof ApiProblem && isFinal(error.status)),
        retryDelay: (failures) => Math.min(1000 * 2 ** failures, 10_000),
        // With its own clock and network the server decides; a browser that believes to be offline may sit beside it.
        networkMode: 'always',
      },
    },
  });
}

/** What no repetition mends. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

interface AskOptions {
  /** Asked again so often, milliseconds; left out, only when told. */
  readonly everyMs?: number;
  /** Not asked while false. */
  readonly enabled?: boolean;
  /** Whether the answer to the question before stays until this one is answered; true unless said. */
  readonly keep?: boolean;
}

/** The questions are functions, so that what they read is followed. */
export function ask<Name extends EndpointName>(
  name: Name,
  input: () => CallOf<Name> = () => ({}),
  options: () => AskOptions = () => ({}),
): CreateQueryResult<Answer<Name>, ApiProblem> {
  const query = createQuery<unknown, ApiProblem>(() => {
    const asked = input();
    const { everyMs, enabled = true, keep = true } = options();
    return {
      queryKey: [name, asked],
      queryFn: ({ signal }) => call(name, asked, { signal }),
      enabled,
      ...(keep ? { placeholderData: keepPreviousData<unknown> } : {}),
      ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
    };
  });
  return query as CreateQueryResult<Answer<Name>, ApiProblem>;
}

type ListName = 'listEvents' | 'listIncidents' | 'listDeliveries' | 'listChanges' | 'listAudit' | 'listSinkRefusals';
type PageOf<Name extends ListName> = Answer<Name> & { readonly nextCursor: string | null };

/** A list, page by page: `query.data.pages`, `query.fetchNextPage()`, `query.hasNextPage`. */
export function askPages<Name extends ListName>(
  name: Name,
  input: () => CallOf<Name>,
  options: () => AskOptions = () => ({}),
): CreateInfiniteQueryResult<InfiniteData<Answer<Name>>, ApiProblem> {
  const query = createInfiniteQuery(() => {
    const asked = input();
    const { enabled = true, keep = true } = options();
    return {
      queryKey: [name, asked, 'pages'],
      queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: string | null }) => {
        const page = pageParam === null ? {} : { cursor: pageParam };
        return call(name, { ...asked, query: { ...asked.query, ...page } } as CallOf<Name>, { signal });
      },
      initialPageParam: null as string | null,
      getNextPageParam: (page: Answer<Name>) => (page as PageOf<Name>).nextCursor,
      enabled,
      ...(keep ? { placeholderData: keepPreviousData<InfiniteData<Answer<Name>, string | null>> } : {}),
    };
  });
  return query as unknown as CreateInfiniteQueryResult<InfiniteData<Answer<Name>>, ApiProblem>;
}
