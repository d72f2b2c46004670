/** Debian's Chromium, and pages in it that hear of everything that a person would not forgive: errors, refused styles, dialogs, requests to elsewhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { CHROMIUM, FLAGS, type Scheme, type Shape, SHAPES } from './chromium.ts';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

export interface PageOptions {
  readonly shape?: Shape;
  readonly scheme?: Scheme;
  /** Of the device; a zone with half hours shows what UTC hides. */
  readonly timezone?: string;
}

export interface WatchedPage {
  readonly page: Page;
  /** Until the page has what it asked for: nothing but the live stream is under way. */
  readonly settled: () => Promise<void>;
  /** What went wrong up to now, one line each; `forgive` leaves out what a test causes on purpose. */
  readonly complaints: (forgive?: RegExp) => readonly string[];
}

/** Is told how to close a page, at the end of the test; tests that run at once each give their own. */
type AtEnd = (close: () => Promise<void>) => void;

/** One browser for the tests of a file. */
export function useBrowser(): {
  readonly open: (origin: string, options?: PageOptions, atEnd?: AtEnd) => Promise<WatchedPage>;
} {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS] });
  });
  afterAll(async () => {
    await browser.close();
  });
  return { open: (origin, options = {}, atEnd = onTestFinished) => openPage(browser, origin, options, atEnd) };
}

/** Each has a context of its own: cookies, storage, and no other tab. */
async function openPage(
  browser: Browser,
  origin: string,
  { shape = 'desktop', scheme = 'light', timezone = 'Asia/Kolkata' }: PageOptions,
  atEnd: AtEnd,
): Promise<WatchedPage> {
  const context = await browser.newContext({ ...SHAPES[shape], colorScheme: scheme, timezoneId: timezone });
  atEnd(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${message.text()}`);
  });
  page.on('dialog', (dialog) => {
    if (dialog.type() !== 'beforeunload') complaints.push(`dialog: ${dialog.message()}`);
    dialog.accept().catch(() => undefined);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.protocol !== 'blob:' && url.origin !== origin)
      complaints.push(`elsewhere: ${url.href}`);
  });
  const underWay = new Set<unknown>();
  page.on('request', (request) => {
    if (!request.url().includes('/api/v1/stream')) underWay.add(request);
  });
  page.on('requestfinished', (request) => underWay.delete(request));
  page.on('requestfailed', (request) => underWay.delete(request));
  return {
    page,
    settled: () => quiet(underWay),
    complaints: (forgive) => complaints.filter((line) => forgive === undefined || !forgive.test(line)),
  };
}

const QUIET_MS = 300;
const PATIENCE_MS = 30_000;

async function quiet(underWay: ReadonlySet<unknown>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let since = performance.now();
  while (performance.now() - since < QUIET_MS) {
    if (performance.now() > deadline) throw new Error('the page goes on asking');
    await sleep(50);
    if (underWay.size > 0) since = performance.now();
  }
}
