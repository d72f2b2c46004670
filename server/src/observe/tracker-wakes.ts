/** When to look at which object again: one time an object, earliest first. */

interface Wake {
  readonly at: number;
  readonly uid: string;
}

/** Holds at most one time an object; superseded entries are left in the heap until they come up or outnumber the others. */
export class Wakes {
  readonly #times = new Map<string, number>();
  #heap: Wake[] = [];

  set(uid: string, at: number): void {
    if (this.#times.get(uid) === at) return;
    if (!Number.isFinite(at)) {
      this.#times.delete(uid);
      return;
    }
    this.#times.set(uid, at);
    this.#push({ at, uid });
    if (this.#heap.length > 64 + 2 * this.#times.size) this.#rebuild();
  }

  /** Takes the earliest wake that is due by `now`. */
  take(now: number): Wake | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.at > now) return undefined;
      this.#pop();
      if (this.#times.get(first.uid) !== first.at) continue;
      this.#times.delete(first.uid);
      return first;
    }
  }

  #rebuild(): void {
    // Sorted is heap-ordered.
    this.#heap = [...this.#times].map(([uid, at]) => ({ at, uid })).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  #push(wake: Wake): void {
    const heap = this.#heap;
    let index = heap.push(wake) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(wake, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = wake;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const useRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = useRight ? right : left;
      if (child === undefined || !isBefore(child, last)) break;
      heap[index] = child;
      index = 2 * index + (useRight ? 2 : 1);
    }
    heap[index] = last;
  }
}

/** Ties go by uid, so that the order never depends on who came first. */
function isBefore(a: Wake, b: Wake): boolean {
  return a.at < b.at || (a.at === b.at && a.uid < b.uid);
}
