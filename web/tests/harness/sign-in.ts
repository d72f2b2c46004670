/** Signing a browser in, as a person does: by the one-time link. */
import type { Page } from 'playwright-core';
import type { ServerProcess } from './tattle.ts';

/** The link opens once; the token behind it stays good for as long as the process runs, and is swapped for a cookie. */
export async function signIn(page: Page, { origin, token }: Pick<ServerProcess, 'origin' | 'token'>): Promise<void> {
  const answer = await page.request.post(`${origin}/api/v1/session`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok()) throw new Error(`signing in was answered with ${answer.status()}`);
}
