import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

/** Loads what a server starts with, and says how much of OpenTelemetry’s SDK came along. */
const LOADING = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
await import(process.argv[1]);
// Its API, a few interfaces, comes with prom-client anyway.
const sdk = loaded.filter((url) => /@opentelemetry\\/(?!api\\/)/.test(url)).length;
const ours = loaded.filter((url) => url.includes('/app/telemetry/')).length;
console.log(JSON.stringify({ ours, sdk }));
`;

async function loadedBy(file: string): Promise<{ readonly ours: number; readonly sdk: number }> {
  const url = new URL(file, import.meta.url).href;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', LOADING, url]);
  return JSON.parse(stdout) as { ours: number; sdk: number };
}

it('leaves OpenTelemetry’s SDK unloaded until a collector is configured', { timeout: 60_000 }, async () => {
  const server = await loadedBy('../serve.ts');
  expect(server.ours).toBeGreaterThan(0);
  expect(server.sdk).toBe(0);
  expect((await loadedBy('./otlp-telemetry.ts')).sdk).toBeGreaterThan(10);
});
