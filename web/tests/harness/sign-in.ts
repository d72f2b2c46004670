/** Signing a browser in: by swapping a token for a cookie, as the pages do. */
import type { Page } from 'playwright-core';
import type { PageOptions, useBrowser, WatchedPage } from './browser.ts';
import type { ServerProcess } from './tattle.ts';

type Place = Pick<ServerProcess, 'origin' | 'token'>;

/** The link opens once; the token behind it stays good for as long as the process runs, and is swapped for a cookie. */
export async function signIn(page: Page, { origin, token }: Place): Promise<void> {
  const answer = await page.request.post(`${origin}/api/v1/session`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok()) throw new Error(`signing in was answered with ${answer.status()}`);
}

/** A browser of its own, signed in, with a page of Tattle open in it that has all that it asked for. */
export async function openSignedIn(
  browser: ReturnType<typeof useBrowser>,
  place: Place,
  path: string,
  options: PageOptions = {},
): Promise<WatchedPage> {
  const watched = await browser.open(place.origin, options);
  await signIn(watched.page, place);
  await watched.page.goto(`${place.origin}${path}`);
  await watched.page.locator('h1').first().waitFor();
  await watched.settled();
  return watched;
}
