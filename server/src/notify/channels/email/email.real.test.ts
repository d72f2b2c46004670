import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllowList } from '../../../kit/address-guard.ts';
import { createGuardedConnect } from '../../../kit/guarded-connect.ts';
import { LOOPBACK_CERTIFICATE } from '../../../kit/testing/loopback-certificate.ts';
import type { Channel, Notice } from '../../../model/delivery.ts';
import { attempt, trustedContext } from '../../testing/channel-contract.ts';
import { aDiagnosis, aNotice, anIncident } from '../../testing/notices.ts';
import { email } from './email.ts';
import { type Chasquid, startChasquid } from './testing/chasquid.ts';

interface Parsed {
  readonly headers: readonly (readonly [string, string])[];
  readonly addresses: readonly string[];
  readonly date: number;
  readonly text: string;
  readonly html: string;
  readonly types: readonly string[];
  readonly defects: readonly string[];
}

/** Tests run in order: the mailbox fills. Needs the Debian package `chasquid` and `python3`. */
describe('e-mail by a real mail server', () => {
  let server: Chasquid;
  beforeAll(async () => {
    server = await startChasquid(['ops@example.org', 'dev@example.org']);
  });
  afterAll(() => server.close());

  function channel(more: object): Channel {
    const { allowList } = parseAllowList(['127.0.0.1']);
    const connect = createGuardedConnect({ allowList, resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
    const { user, password } = server;
    const parties = {
      from: user,
      to: ['ops@example.org'],
      user,
      password,
      host: 'hooks.test',
      ca: LOOPBACK_CERTIFICATE,
    };
    return email.create(
      { type: 'email', name: 'mail', ...parties, ...more },
      { ...trustedContext(), connect, trusted: false },
    );
  }

  const send = (to: Channel, notice: Notice, receipt: string | null = null) =>
    attempt(to, notice, { secret: server.password }, { receipt });

  async function mailbox(): Promise<readonly Parsed[]> {
    const script = fileURLToPath(new URL('./testing/parse-mail.py', import.meta.url));
    const { stdout } = await promisify(execFile)('python3', [script, server.mailbox], { maxBuffer: 50_000_000 });
    return JSON.parse(stdout) as Parsed[];
  }

  const header = (mail: Parsed | undefined, name: string) =>
    mail?.headers.filter(([own]) => own.toLowerCase() === name.toLowerCase()).map(([, value]) => value) ?? [];
  const told = (mails: readonly Parsed[], kind: string) =>
    mails.find((mail) => header(mail, 'X-Tattle-Notice')[0] === kind);

  const hostile = 'Größe 日本 🔥 "x" <b>&\r\nBcc: all@example.com\r\n.\r\n';
  const incident = anIncident({ title: hostile, severity: 'critical' });
  const opened = aNotice({ incident, diagnosis: aDiagnosis({ explanation: `${hostile}${'wort '.repeat(400)}` }) });

  it('arrives over TLS and STARTTLS, and is read without a defect', async () => {
    const first = await send(channel({ port: server.submissionPort, security: 'starttls' }), opened);
    expect(first).toMatchObject({ kind: 'delivered', statusCode: 250 });
    const receipt = first.kind === 'delivered' ? (first.receipt ?? null) : null;
    const over = {
      ...opened,
      id: 'msg_2',
      kind: 'resolved',
      incident: { ...incident, state: 'resolved', resolvedAt: incident.openedAt + 1000 },
    } as const;
    const second = await send(channel({ port: server.tlsPort, security: 'tls' }), over, receipt);
    expect(second).toMatchObject({ kind: 'delivered' });
    await server.delivered(2);
    const mails = await mailbox();
    expect(mails.flatMap(({ defects }) => defects)).toEqual([]);
    const mail = told(mails, 'opened');
    expect(header(mail, 'Subject')).toEqual(['Broken: Größe 日本 🔥 "x" <b>& Bcc: all@example.com .']);
    expect(header(mail, 'Bcc')).toEqual([]);
    expect(header(mail, 'Auto-Submitted')).toEqual(['auto-generated']);
    expect(header(mail, 'List-Id')).toEqual(['Tattle <tattle.example.org>']);
    expect(mail).toMatchObject({ addresses: ['ops@example.org'], types: ['text/plain', 'text/html'], date: opened.at });
    expect(mail?.text).toContain('Größe 日本 🔥 "x" <b>&');
    expect(mail?.html).toContain('Größe 日本 🔥 &quot;x&quot; &lt;b&gt;&amp;');
  });

  it('threads', async () => {
    const mails = await mailbox();
    const [first, second] = [told(mails, 'opened'), told(mails, 'resolved')];
    const [thread] = header(first, 'References');
    expect(thread).toMatch(/^<[^<>\s]+@example\.org>$/);
    expect(header(second, 'In-Reply-To')).toEqual(header(first, 'Message-ID'));
    expect(header(second, 'References')[0]?.split(/\s+/)).toEqual([thread, ...header(first, 'Message-ID')]);
  });

  it('says whom the server does not know, and that others have it', async () => {
    const to = channel({
      port: server.submissionPort,
      security: 'starttls',
      to: ['dev@example.org', 'nobody@example.org'],
      text: '.\n..\nend',
    });
    const outcome = await send(to, aNotice({ id: 'msg_3' }));
    expect(outcome).toMatchObject({
      kind: 'delivered',
      warning: expect.stringContaining('not to nobody@example.org'),
    });
    await server.delivered(3);
    const mail = (await mailbox()).find(({ addresses }) => addresses.includes('dev@example.org'));
    expect(mail).toMatchObject({ text: '.\n..\nend', addresses: ['dev@example.org', 'nobody@example.org'] });
  });

  it('says that the password is wrong', async () => {
    const outcome = await send(channel({ port: server.tlsPort, security: 'tls', password: 'an0therOne' }), aNotice());
    expect(outcome).toMatchObject({ kind: 'failed', statusCode: 535 });
    expect(JSON.stringify(outcome)).not.toContain('an0therOne');
  });
});
