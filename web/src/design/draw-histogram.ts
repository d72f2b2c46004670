/** Draws a histogram with what is loaded when one is first drawn. */
import type { Drawn, PlotOptions } from './histogram-plot.ts';

export async function drawHistogram(target: HTMLElement, options: PlotOptions): Promise<Drawn> {
  const { plotHistogram } = await import('./histogram-plot.ts');
  return plotHistogram(target, options);
}
