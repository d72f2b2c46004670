/** Waiting for a slow reader: resolves when the response takes bytes again, or is closed. */
import type { ServerResponse } from 'node:http';

export async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
