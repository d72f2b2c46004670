/** Filters whose values stay small enough to be walked: a list that holds itself many times over is short, and longer than any memory. */
import type { Liquid } from 'liquidjs';

type FilterHandler = Extract<Liquid['filters'][string], (...given: never[]) => unknown>;

/** They evaluate an expression for each item, which may walk all items again; none is part of Liquid as people know it. */
const EVALUATING = /_exp$/;

/** `most`: characters and items of what one filter makes; beyond it the rendering fails. */
export function boundFilters(engine: Liquid, most: number): void {
  for (const [name, filter] of Object.entries(engine.filters)) {
    if (EVALUATING.test(name)) {
      delete engine.filters[name];
      continue;
    }
    const { handler, raw } = typeof filter === 'function' ? { handler: filter, raw: false } : filter;
    engine.registerFilter(name, { handler: bounded(handler, most), raw });
  }
}

/** Some filters answer with a generator, which the engine runs. */
function bounded(handler: FilterHandler, most: number): FilterHandler {
  return function* (this: ThisParameterType<FilterHandler>, ...given: Parameters<FilterHandler>) {
    const made: unknown = yield handler.apply(this, given) as unknown;
    if (sizeOf(made, most) > most) throw new Error(`a filter makes more than ${most} characters and items`);
    return made;
  };
}

/** Characters and items, what is held twice counted twice; no more is walked than `most`. */
function sizeOf(value: unknown, most: number): number {
  const waiting: unknown[] = [value];
  let size = 0;
  while (waiting.length > 0 && size <= most) {
    const one = waiting.pop();
    size += typeof one === 'string' ? one.length + 1 : 1;
    if (typeof one !== 'object' || one === null) continue;
    for (const held of Object.values(one)) waiting.push(held);
  }
  return size;
}
