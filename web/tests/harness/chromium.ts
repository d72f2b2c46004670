/** Debian's Chromium, and the screens that pages are looked at on. */
import type { BrowserContextOptions } from 'playwright-core';

export const CHROMIUM = process.env['TATTLE_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
export const FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
];

export type Shape = 'desktop' | 'phone';
export type Scheme = 'light' | 'dark';

export const SHAPES: Readonly<Record<Shape, BrowserContextOptions>> = {
  desktop: { viewport: { width: 1280, height: 860 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};
