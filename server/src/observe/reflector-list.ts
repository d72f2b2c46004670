/** A whole list, page by page, each handed on before the next is asked for. Shared by the reflector and poll mode. */
import type { Answer } from '../kube/answer.ts';
import { fail, succeed } from '../kube/answer.ts';
import type { KubeClient, Query } from '../kube/client.ts';
import { isExpired } from './reflector-policy.ts';

export interface ReplacePage {
  /** The list starts here; pages of an earlier, unfinished list are void. */
  readonly first: boolean;
  /** The list is complete with this page. */
  readonly last: boolean;
  /** Of the list as a whole. */
  readonly resourceVersion: string;
}

/** What a list or watch is about. */
export interface StreamTarget {
  readonly path: string;
  /** Field and label selectors. */
  readonly selectors: Query;
}

export type TakePage = (items: readonly unknown[], page: ReplacePage) => Promise<void>;

/** So often a list whose continue token expired under way starts over in pages; then it is asked for in one piece. */
const PAGED_TRIES = 2;

/** The list's resourceVersion. A continue token that expired starts the list over: what the server offers instead is no snapshot. */
export async function listWhole(
  client: Pick<KubeClient, 'list'>,
  target: StreamTarget,
  pageSize: number,
  take: TakePage,
  signal: AbortSignal,
): Promise<Answer<string>> {
  for (let tries = 1; ; tries += 1) {
    const limit = tries > PAGED_TRIES ? undefined : pageSize;
    const answer = await listOnce(client, target, limit, take, signal);
    if (answer !== 'start-over') return answer;
  }
}

async function listOnce(
  client: Pick<KubeClient, 'list'>,
  target: StreamTarget,
  limit: number | undefined,
  take: TakePage,
  signal: AbortSignal,
): Promise<Answer<string> | 'start-over'> {
  let token = '';
  let resourceVersion = '';
  do {
    const query = { ...target.selectors, limit, continue: token === '' ? undefined : token };
    const answer = await client.list(target.path, query, signal);
    if (!answer.ok) return token !== '' && limit !== undefined && isExpired(answer.failure) ? 'start-over' : answer;
    const first = token === '';
    // The first page's version is the snapshot's.
    if (first) resourceVersion = answer.value.resourceVersion;
    if (resourceVersion === '') return fail('unreadable', `the list of ${target.path} carries no resourceVersion`);
    token = answer.value.continueToken;
    await take(answer.value.items, { first, last: token === '', resourceVersion });
  } while (token !== '');
  return succeed(resourceVersion);
}
