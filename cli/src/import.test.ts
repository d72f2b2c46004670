import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importConfiguration } from '@tattle/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from './failure.ts';
import { run } from './testing/run.ts';

const CONFIG =
  'receivers: [{name: out, stdout: {}}, {name: x, sqs: {queueName: q}}]\nroute: {match: [{receiver: out}, {receiver: x}]}\n';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tattle-import-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function importing(
  text: string,
  more: readonly string[] = [],
  tool = 'kubernetes-event-exporter',
  terminal = false,
) {
  const config = join(folder, 'config.yaml');
  await writeFile(config, text);
  return run(['import', tool, config, ...more], { engine: { importConfiguration }, terminal });
}

describe('tattle import', () => {
  it('writes the configuration to standard output, and the report to the other', async () => {
    const { code, out, err } = await importing(CONFIG);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('sinks:\n  # receivers[0]\n  - type: stdout\n    name: out\n');
    expect(err).toMatch(/^Taken over \(\d+\):\n {2}/);
    expect(err).toContain('Has no counterpart (1):\n  receivers[1].sqs: ');
  });

  it('makes a new file that nobody else reads, and never replaces one', async () => {
    const file = join(folder, 'tattle.yaml');
    const first = await importing(CONFIG, ['-o', file]);
    expect(first).toMatchObject({ code: EXIT.ok, out: '' });
    expect(await readFile(file, 'utf8')).toContain('type: stdout');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await writeFile(file, 'mine');
    const second = await importing(CONFIG, ['-o', file]);
    expect(second.code).toBe(EXIT.failed);
    expect(second.err).toContain('is there already, and stays as it is');
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  it('says what it cannot read, and why', async () => {
    const other = await importing('kind: Pod\n', [], 'kubewatch');
    expect(other).toMatchObject({ code: EXIT.failed, out: '' });
    expect(other.err).toContain('is no configuration of kubewatch: it has none of the settings of that tool');
    const missing = await run(['import', 'kubewatch', join(folder, 'nothing')], { engine: { importConfiguration } });
    expect(missing).toMatchObject({ code: EXIT.failed, err: expect.stringContaining('no such file or directory') });
  });

  it('shows a terminal nothing that it would obey', async () => {
    const name = JSON.stringify('\u001b[31m\u202ex');
    const config = `clusterName: ${name}\n${name}: 1\nreceivers: [{name: ${name}, stdout: {}}]\nroute: {match: [{receiver: ${name}}]}`;
    const { out, err } = await importing(config, [], 'kubernetes-event-exporter', true);
    expect(out + err).not.toMatch(/[\u001b\u202e]/);
    expect(out).toContain('clusters:');
  });
});
