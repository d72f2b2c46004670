/** Arrow keys among marks: sideways along a lane, up and down to the nearest in time of the next lane that has any. */

/** The mark to go to; null where the key or its place means nothing. */
export function besideMark({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): HTMLElement | null {
  if (ctrlKey || metaKey || altKey || !(target instanceof HTMLElement) || target.dataset.mark === undefined)
    return null;
  const lane = target.closest('ul');
  const all = lane?.closest('.lanes');
  if (lane === null || all === null || all === undefined) return null;
  const own = marksIn(lane);
  const at = own.indexOf(target);
  if (key === 'ArrowRight') return own[at + 1] ?? target;
  if (key === 'ArrowLeft') return own[at - 1] ?? target;
  if (key === 'Home') return own[0] ?? null;
  if (key === 'End') return own.at(-1) ?? null;
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return null;
  const lanes = [...all.querySelectorAll('ul')].filter(
    (list) => list.querySelector(':scope > li > [data-mark]') !== null,
  );
  const next = lanes[lanes.indexOf(lane) + (key === 'ArrowDown' ? 1 : -1)];
  return next === undefined ? target : nearest(marksIn(next), xOf(target));
}

function marksIn(lane: Element): readonly HTMLElement[] {
  return [...lane.querySelectorAll<HTMLElement>(':scope > li > [data-mark]')];
}

function nearest(marks: readonly HTMLElement[], x: number): HTMLElement | null {
  let best: HTMLElement | null = null;
  for (const mark of marks) if (best === null || Math.abs(xOf(mark) - x) < Math.abs(xOf(best) - x)) best = mark;
  return best;
}

function xOf({ dataset }: HTMLElement): number {
  return Number(dataset.x);
}
