/** Whether a person sees something now: without scrolling, and with nothing lying over it. */
import type { Locator } from 'playwright-core';

/** What is wrong with it, or null: off the screen, or covered. */
export function hiddenBecause(locator: Locator): Promise<string | null> {
  return locator.evaluate((element) => {
    const { top, bottom, left, right, width, height } = element.getBoundingClientRect();
    if (width * height === 0) return 'it has no size';
    if (top < 0 || left < 0) return `it begins at ${Math.round(left)}, ${Math.round(top)}`;
    if (bottom > innerHeight || right > innerWidth) return `it ends at ${Math.round(right)}, ${Math.round(bottom)}`;
    // A card is pressed anywhere: its link is spread over all of it, and hides nothing.
    const home = element.closest('article') ?? element;
    const step = 2;
    for (const y of [top + step, (top + bottom) / 2, bottom - step]) {
      const above = document.elementFromPoint((left + right) / 2, y);
      const isClear = above !== null && (home.contains(above) || above.contains(element));
      if (!isClear) return `${above?.outerHTML.slice(0, 100) ?? 'nothing'} lies over it`;
    }
    return null;
  });
}
