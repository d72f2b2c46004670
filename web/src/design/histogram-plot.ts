/** Draws a histogram with uPlot; a module of its own, so that it is loaded by the pages that show one. */
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { WireHistogram } from '@tattle/contract';
import type { Zone } from '../time/format.ts';
import { stacked, timeWords } from './histogram-bars.ts';
import { short } from './numbers.ts';

/** Colours as the canvas takes them, the mildest severity first, and those of words and lines. */
export interface PlotColours {
  readonly bars: readonly string[];
  readonly words: string;
  readonly line: string;
}

export interface PlotOptions {
  readonly histogram: WireHistogram;
  readonly colours: PlotColours;
  readonly width: number;
  readonly height: number;
  readonly zone: Zone;
}

/** Where the bars are, in CSS pixels of the element that is drawn into. */
export interface PlotBox {
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

export interface Drawn {
  readonly box: PlotBox;
  /** Takes the drawing away. */
  readonly remove: () => void;
}

export function plotHistogram(target: HTMLElement, options: PlotOptions): Drawn {
  const { histogram, width, height } = options;
  const plot = new UPlot({ width, height, ...settings(options) }, stacked(histogram.buckets), target);
  const ratio = UPlot.pxRatio;
  const { left, top, width: wide, height: high } = plot.bbox;
  return {
    box: { left: left / ratio, top: top / ratio, width: wide / ratio, height: high / ratio },
    remove: () => plot.destroy(),
  };
}

function settings({ histogram, colours, zone }: PlotOptions): Omit<UPlot.Options, 'width' | 'height'> {
  const bars = UPlot.paths.bars?.({ size: [0.86, 48], align: 1 });
  return {
    ms: 1e-3,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 20, 0, 0],
    tzDate: (seconds) => (zone === 'utc' ? UPlot.tzDate(new Date(seconds * 1000), 'UTC') : new Date(seconds * 1000)),
    scales: {
      x: { time: true, range: () => edges(histogram) },
      y: { range: (_, __, most) => [0, Math.max(1, most)] },
    },
    series: [
      {},
      ...colours.bars.map((fill) => ({ fill, width: 0, points: { show: false }, ...(bars && { paths: bars }) })),
    ],
    axes: [
      {
        ...axis(colours, { space: 80, size: 24 }),
        values: (_, at, __, ___, step) => at.map((each) => timeWords(each, step, zone)),
      },
      {
        ...axis(colours, { space: 32, size: 44 }),
        // The API counts whole events.
        incrs: WHOLE_STEPS,
        values: (_, at) => at.map((each) => short(each)),
        grid: { show: true, stroke: colours.line, width: 1 },
      },
    ],
  };
}

function edges({ buckets, bucketMs }: WireHistogram): [number, number] {
  const first = Date.parse(buckets[0]?.start ?? '') / 1000;
  const last = Date.parse(buckets.at(-1)?.start ?? '') / 1000;
  return [first, last + bucketMs / 1000];
}

interface AxisRoom {
  /** Between two words on it, and across it; pixels. */
  readonly space: number;
  readonly size: number;
}

function axis({ words }: PlotColours, { space, size }: AxisRoom): UPlot.Axis {
  const { fontFamily } = getComputedStyle(document.documentElement);
  return {
    stroke: words,
    font: `12px ${fontFamily}`,
    space,
    size,
    gap: 6,
    grid: { show: false },
    ticks: { show: false },
  };
}

const WHOLE_STEPS = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
