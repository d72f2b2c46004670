/** Which folded parts of the page are open: the address says so, so that a link shows the same. */
import type { QueryChange } from '../../address/link.ts';

/** `usually`: as it is where nobody touched it; only what differs stands in the address. */
export function isOpen(query: URLSearchParams, part: string, usually: boolean): boolean {
  return query.getAll(usually ? 'shut' : 'open').includes(part) ? !usually : usually;
}

/** What makes the other of it. */
export function toggled(query: URLSearchParams, part: string, usually: boolean): QueryChange {
  const key = usually ? 'shut' : 'open';
  const now = query.getAll(key);
  return { [key]: now.includes(part) ? now.filter((other) => other !== part) : [...now, part] };
}
