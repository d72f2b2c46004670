/** One GET over real HTTP, its JSON with the parts that tests look at. */
import type { WatchedObject } from './watch-lines.ts';

export interface Answer {
  readonly code: number;
  readonly retryAfter: string | null;
  readonly body: WatchedObject & {
    readonly items: readonly WatchedObject[];
    readonly metadata: WatchedObject['metadata'] & { readonly continue?: string; readonly remainingItemCount?: number };
  };
}

export async function ask(url: string): Promise<Answer> {
  const response = await fetch(url);
  return {
    code: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as Answer['body'],
  };
}
