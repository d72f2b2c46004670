/** What is measured inside of a page. As text where it runs there: this side has no document. */
import type { Page } from 'playwright-core';

export const EVENTS_SHOWN = `document.querySelector('[data-index] [data-open]') !== null
  && document.querySelector('aside.facets button[aria-pressed]') !== null`;
export const FACETS = 'aside.facets button[aria-pressed]:not([aria-label])';

const QUIET_MS = 300;

/** Notes when the page last changed, and when it last was too busy to answer a press. */
const WATCH_CHANGES = `
  window.lastChange = 0;
  new MutationObserver((changes) => {
    if (changes.some(({ target }) => target.nodeName !== 'TIME' && target.parentNode?.nodeName !== 'TIME'))
      window.lastChange = performance.now();
  }).observe(document, { subtree: true, childList: true, characterData: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.lastChange = Math.max(window.lastChange, startTime + duration);
  }).observe({ type: 'longtask', buffered: true });`;

/** Milliseconds from going there until its contents stand: a heading, nothing loading, and no change for a while after. */
export async function msUntilUsable(page: Page, open: () => Promise<unknown>): Promise<number> {
  await page.addInitScript(WATCH_CHANGES);
  await open();
  await page.waitForFunction(
    `document.querySelector('h1') !== null && document.querySelector('.waiting, [aria-busy="true"]') === null
      && performance.now() - window.lastChange > ${QUIET_MS}`,
    undefined,
    { polling: 20, timeout: 60_000 },
  );
  return page.evaluate<number>('window.lastChange');
}

/** Milliseconds from the press until the rows that it asks for are drawn. */
export function pressFacet(page: Page, index: number): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const rows = () => document.querySelector('[role=rowgroup].body');
    const button = document.querySelectorAll('${FACETS}')[${index}];
    const began = performance.now();
    button.click();
    await Promise.resolve();
    const isStale = () => rows() === null || rows().classList.contains('stale');
    while (!isStale() && performance.now() - began < 50) await new Promise((resolve) => setTimeout(resolve, 0));
    while (isStale() || document.querySelector('[data-index] [data-open]') === null) await frame();
    await frame();
    return performance.now() - began;
  })()`);
}

/** Bytes in use once what nobody holds is collected. */
export async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

export const COUNT_FRAMES = `
  window.frames60 = { began: performance.now(), last: performance.now(), drawn: 0, longest: 0 };
  const next = (now) => {
    const frames = window.frames60;
    frames.longest = Math.max(frames.longest, now - frames.last);
    frames.last = now;
    frames.drawn += 1;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);`;

export function takeFrames(page: Page): Promise<{ drawn: number; elapsedMs: number; longestMs: number }> {
  return page.evaluate(`({
    drawn: window.frames60.drawn,
    elapsedMs: performance.now() - window.frames60.began,
    longestMs: window.frames60.longest,
  })`);
}
