import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { parseAllowList } from '../../../kit/address-guard.ts';
import { createGuardedConnect } from '../../../kit/guarded-connect.ts';
import { LOOPBACK_CERTIFICATE } from '../../../kit/testing/loopback-certificate.ts';
import type { DeliveryOutcome, Notice } from '../../../model/delivery.ts';
import { attempt, channelContract, trustedContext } from '../../testing/channel-contract.ts';
import type { Received } from '../../testing/faulty-endpoint.ts';
import { aNotice, anIncident, noticesOfEveryKind } from '../../testing/notices.ts';
import { email } from './email.ts';
import { type MailServerOnLoopback, mailServer, refusal } from './testing/mail-server.ts';
import { onlyHeader, readMail } from './testing/read-mail.ts';

const PASSWORD = 'p4ssW0rdOfMail';
const parties = { type: 'email', name: 'mail', from: 'tattle@example.org', to: ['ops@example.org'], timeoutSeconds: 1 };
const letIn: SMTPServerOptions = {
  allowInsecureAuth: true,
  onAuth: ({ username = '', password }, _session, callback) => {
    if (password === PASSWORD) callback(null, { user: username });
    else callback(refusal(535, `5.7.8 wrong password ${password ?? ''}`));
  },
};

const PREVIEWED = ['From', 'To', 'Subject', 'Message-ID', 'In-Reply-To', 'References', 'Date', 'Auto-Submitted'];
const PREVIEWED_TOO = [
  'X-Auto-Response-Suppress',
  'List-Id',
  'X-Tattle-Notice',
  'X-Tattle-Severity',
  'X-Tattle-Incident',
];

/** The mail that came, written as its preview should have it. */
function asPreviewed({ body }: Received): string {
  const mail = readMail(body);
  const names = [...PREVIEWED, ...PREVIEWED_TOO, 'Importance', 'X-Priority', 'MIME-Version'];
  const said = names.flatMap((name) =>
    (mail.headers.get(name.toLowerCase()) ?? []).map((value) => `${name}: ${value}`),
  );
  const part = (type: string, content: string) =>
    `--tattle-part\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${content}\r\n`;
  return (
    `${said.join('\r\n')}\r\nContent-Type: multipart/alternative; boundary="tattle-part"\r\n\r\n` +
    `${part('text/plain', mail.text)}${part('text/html', mail.html)}--tattle-part--\r\n`
  );
}

const TAGS = /^(!doctype|html|head|meta|title|style|body|table|tr|td|h1|h2|p|pre|ol|ul|li|a)$/;

function assertHarmless({ body }: Received): void {
  for (const line of body.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  expect(body.slice(0, body.indexOf('\r\n\r\n'))).toMatch(/^[\t\r\n\x20-\x7e]*$/);
  const mail = readMail(body);
  for (const [name, values] of mail.headers) expect([name, values.length]).toEqual([name, 1]);
  expect(mail.headers.has('bcc')).toBe(false);
  expect(onlyHeader(mail, 'To')).toBe('ops@example.org');
  for (const [tag, name = ''] of mail.html.matchAll(/<\/?([^\s>]*)[^>]*>/g)) {
    expect(name).toMatch(TAGS);
    expect(tag).not.toMatch(/\son\w+=/);
    for (const [, url] of tag.matchAll(/(?:href|src)="([^"]*)"/g)) expect(url).toMatch(/^https:\/\/tattle\.example\//);
  }
  expect(mail.html).not.toMatch(/url\(|@import/);
  expect(body.length).toBeLessThan(500_000);
}

channelContract('email', {
  type: email,
  settings: (url) => {
    const { hostname, port, pathname } = new URL(url);
    const login = { user: 'tattle', password: pathname.slice(1) };
    return { ...parties, host: hostname, port: Number(port), security: 'none', ...login };
  },
  secret: PASSWORD,
  verify: ({ body }) => expect(onlyHeader(readMail(body), 'Auto-Submitted')).toBe('auto-generated'),
  identity: ({ body }) => onlyHeader(readMail(body), 'Message-ID'),
  previewed: asPreviewed,
  assertHarmless,
  openEnd: async () => {
    const server = await mailServer(letIn);
    return {
      url: `smtp://127.0.0.1:${server.port}/`,
      get received() {
        return server.taken.map(({ raw }) => ({ method: '', path: '', headers: {}, body: raw }));
      },
      close: () => server.close(),
    };
  },
});

describe('e-mail', () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  async function opened(options: SMTPServerOptions = letIn): Promise<MailServerOnLoopback> {
    const server = await mailServer(options);
    open.push(server);
    return server;
  }

  const channelOf = (more: object) => email.create({ ...parties, ...more }, trustedContext());

  function send(more: object, notice: Notice = aNotice(), receipt: string | null = null): Promise<DeliveryOutcome> {
    return attempt(channelOf(more), notice, { secret: PASSWORD }, { receipt });
  }

  const plain = ({ port }: { port: number }) => ({ host: '127.0.0.1', port, security: 'none' });

  /** A context in which names lead to loopback, as the certificate needs one. */
  function named() {
    const { allowList } = parseAllowList(['127.0.0.1']);
    const connect = createGuardedConnect({ allowList, resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
    return { ...trustedContext(), connect, trusted: false };
  }

  it.each(['tls', 'starttls'])('travels over %s, verified, before a password is said', async (security) => {
    const server = await opened({ ...letIn, allowInsecureAuth: false, secure: security === 'tls' });
    const settings = { ...parties, port: server.port, security, user: 'u', password: PASSWORD };
    const to = (host: string, ca?: string) =>
      attempt(email.create({ ...settings, host, ...(ca && { ca }) }, named()), aNotice(), { secret: PASSWORD });
    expect(await to('hooks.test', LOOPBACK_CERTIFICATE)).toMatchObject({ kind: 'delivered', statusCode: 250 });
    expect(server.taken).toMatchObject([{ secure: true, user: 'u', from: 'tattle@example.org' }]);
    expect(await to('hooks.test')).toMatchObject({ kind: 'retry', error: expect.stringContaining('give its CA') });
    const otherName = await to('other.test', LOOPBACK_CERTIFICATE);
    expect(otherName).toMatchObject({ kind: 'retry', error: expect.stringContaining('another name') });
    expect(server.taken).toHaveLength(1);
  });

  it('sends nothing to a server without STARTTLS, unless that was wanted', async () => {
    const server = await opened({ ...letIn, disabledCommands: ['STARTTLS'] });
    const outcome = await send({ host: '127.0.0.1', port: server.port, security: 'starttls' });
    expect(outcome).toMatchObject({ kind: 'retry', error: expect.stringContaining('offers no STARTTLS') });
    expect(server.taken).toHaveLength(0);
  });

  it('says that a password is wrong, and never which', async () => {
    const server = await opened();
    const outcome = await send({ ...plain(server), user: 'u', password: 'wr0ngPassword' });
    expect(outcome).toMatchObject({ kind: 'failed', statusCode: 535, error: expect.stringContaining('set them anew') });
    expect(JSON.stringify(outcome)).not.toContain('wr0ngPassword');
  });

  it.each([
    ['retry', 451, 'data'],
    ['failed', 554, 'data'],
    ['failed', 552, 'data'],
    ['retry', 450, 'recipient'],
    ['failed', 550, 'recipient'],
    ['retry', 421, 'sender'],
    ['failed', 553, 'sender'],
  ] as const)('takes %s from %i after %s', async (kind, statusCode, stage) => {
    const server = await opened();
    server.manner = {
      [stage]: () => {
        throw refusal(statusCode, '5.1.1 not like this');
      },
    };
    const outcome = await send(plain(server));
    expect(outcome).toMatchObject({ kind, statusCode, error: expect.stringContaining('not like this') });
    if (stage === 'recipient' && kind === 'failed')
      expect(outcome).toMatchObject({ error: expect.stringContaining('ops@example.org') });
  });

  it('says that the server wants TLS', async () => {
    const server = await opened();
    server.manner = {
      sender: () => {
        throw refusal(530, '5.7.0 Must issue a STARTTLS command first');
      },
    };
    expect(await send(plain(server))).toMatchObject({
      kind: 'failed',
      error: expect.stringContaining('security to starttls'),
    });
  });

  it('says who was refused for good, since the others have it', async () => {
    const server = await opened();
    server.manner = {
      recipient: (address) => {
        if (address === 'gone@example.org') throw refusal(550, 'no such user');
      },
    };
    const outcome = await send({ ...plain(server), to: ['ops@example.org', 'gone@example.org'] });
    expect(server.taken).toMatchObject([{ to: ['ops@example.org'] }]);
    expect(outcome).toMatchObject({
      kind: 'delivered',
      warning: expect.stringMatching(/not to gone@example\.org: .*no such user/),
    });
  });

  it('tries again with those who were only put off, and tells nobody twice', async () => {
    const server = await opened();
    const channel = channelOf({ ...plain(server), to: ['a@example.org', 'b@example.org'] });
    server.manner = {
      recipient: (address) => {
        if (address === 'b@example.org') throw refusal(450, 'greylisted');
      },
    };
    expect(await attempt(channel, aNotice(), { secret: PASSWORD })).toMatchObject({ kind: 'retry', statusCode: 450 });
    server.manner = {};
    expect(await attempt(channel, aNotice(), { secret: PASSWORD }, { number: 2 })).toMatchObject({ kind: 'delivered' });
    expect(server.taken.map(({ to }) => to)).toEqual([['a@example.org'], ['b@example.org']]);
    const heads = server.taken.map(({ raw }) => onlyHeader(readMail(raw), 'To'));
    expect(new Set(heads)).toEqual(new Set(['a@example.org, b@example.org']));
  });

  it('asks for a retry when the server hangs or closes after the whole mail', async () => {
    const server = await opened();
    server.manner = { data: () => 'hang' };
    expect(await send(plain(server))).toMatchObject({ kind: 'retry', error: expect.stringContaining('timeout') });
    server.manner = { data: () => 'close' };
    expect(await send(plain(server))).toMatchObject({ kind: 'retry', error: expect.stringContaining('closed') });
  });

  it.each([
    ['says nothing', () => undefined, /timeout/],
    ['speaks HTTP', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), /speaks no SMTP/],
    ['resets', (socket: Socket) => socket.resetAndDestroy(), /reset|closed/],
    [
      'greets without end',
      (socket: Socket) => void setInterval(() => socket.write('220-x\r\n'), 20).unref(),
      /timeout/,
    ],
    ['floods', (socket: Socket) => void socket.write(`220-${'x'.repeat(10_000_000)}`), /SMTP|closed|timeout/],
  ])('asks for a retry when the other end %s', async (_, behave: (socket: Socket) => unknown, words) => {
    const server = createServer((socket) => {
      open.push({ close: () => socket.destroy() });
      socket.on('error', () => undefined);
      behave(socket);
    });
    open.unshift(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const outcome = await send(plain(server.address() as AddressInfo));
    expect(outcome).toMatchObject({ kind: 'retry', statusCode: null, error: expect.stringMatching(words) });
  });

  it('threads the mails of one incident, and only those', async () => {
    const server = await opened();
    const { opened: first, worse, resolved, digest } = noticesOfEveryKind();
    if (!first || !worse || !resolved || !digest) throw new Error('a kind is missing');
    const told = await send(plain(server), first);
    const receipt = told.kind === 'delivered' ? (told.receipt ?? null) : null;
    await send(plain(server), { ...worse, id: 'msg_2' }, receipt);
    await send(plain(server), { ...resolved, id: 'msg_3' }, 'nonsense\r\nBcc: x@example.org');
    await send(plain(server), digest);
    const [a, b, c, d] = server.taken.map(({ raw }) => readMail(raw));
    if (!a || !b || !c || !d) throw new Error('a mail is missing');
    const thread = onlyHeader(a, 'References');
    expect(onlyHeader(a, 'Message-ID')).toBe(receipt);
    expect(onlyHeader(b, 'References')).toBe(`${thread} ${receipt}`);
    expect(onlyHeader(b, 'In-Reply-To')).toBe(receipt);
    expect(onlyHeader(c, 'References')).toBe(thread);
    expect(d.headers.has('references')).toBe(false);
    expect(new Set([a, b, c, d].map((mail) => onlyHeader(mail, 'Message-ID'))).size).toBe(4);
  });

  it('writes what no header takes, and lines that begin with a dot, as they are', async () => {
    const server = await opened();
    const title = 'Größe 日本 🔥 \r\nBcc: all@example.com';
    await send(plain(server), aNotice({ incident: anIncident({ title }), event: null }));
    await send({ ...plain(server), text: '.\n..\n{{ incident.title }}', title: 'T {{ incident.id }}\nX: y' });
    const [first, second] = server.taken.map(({ raw }) => readMail(raw));
    if (!first || !second) throw new Error('a mail is missing');
    expect(onlyHeader(first, 'Subject')).toBe('Broken: Größe 日本 🔥 Bcc: all@example.com');
    expect(onlyHeader(second, 'Subject')).toBe('T inc_1 X: y');
    expect(second.text).toBe('.\r\n..\r\nCrashLoopBackOff of Deployment shop/cart');
    expect(second.html).toContain('..');
  });

  it('leaves no connection behind', async () => {
    const server = await opened();
    await send(plain(server));
    const probe = connect(server.port, '127.0.0.1');
    await new Promise((resolve) => probe.once('data', resolve));
    probe.destroy();
    const closed = server.close();
    await expect(Promise.race([closed, new Promise((_, fail) => setTimeout(fail, 2000))])).resolves.toBeUndefined();
  });
});
