/** Hands one mail to one SMTP server over a guarded connection; the mail library is loaded with the first. */
import type { Socket } from 'node:net';
import type { default as MailComposer } from 'nodemailer/lib/mail-composer';
import type { default as SMTPConnection, SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import { rejectedOnAbort } from '../../../kit/connection-failure.ts';
import { withoutBrackets } from '../../../kit/guarded-address.ts';
import type { ChannelContext } from '../channel-type.ts';
import type { Mail } from './mail.ts';
import type { MailServer } from './settings.ts';

/** An error as the mail library reports it; `response` is what the server said. */
export interface SmtpError {
  readonly recipient?: string | undefined;
  readonly code?: string | undefined;
  readonly originalCode?: string | undefined;
  readonly command?: string | undefined;
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  /** Of each recipient, where all were refused. */
  readonly rejectedErrors?: readonly SmtpError[] | undefined;
}

export type SendResult =
  | {
      readonly kind: 'sent';
      readonly statusCode: number;
      readonly reached: readonly string[];
      readonly refused: readonly SmtpError[];
    }
  | { readonly kind: 'smtp-error'; readonly error: SmtpError }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'failure'; readonly error: string };

export interface MailRoute {
  readonly server: MailServer;
  /** Of the recipients, those that it is to reach this time. */
  readonly to: readonly string[];
  readonly ca?: string;
  readonly timeoutMs: number;
}

/** Rejects by a bug alone. The signal ends it at any moment. */
export async function sendMail(
  mail: Mail,
  route: MailRoute,
  context: Pick<ChannelContext, 'connect' | 'trusted'>,
  signal: AbortSignal,
): Promise<SendResult> {
  const { host, port } = route.server;
  const library = await loadLibrary();
  const raw = await compose(library.MailComposer, mail);
  const trusted = context.trusted ? { trusted: `${host}:${port}` } : {};
  const connection = await context.connect({ host, port, ...trusted }, signal);
  if (connection.kind !== 'connected') return connection;
  const smtp = new library.SMTPConnection(connectionOptions(route, connection.socket));
  const failed = new Promise<never>((_, reject) => smtp.on('error', reject));
  // It may fail after the mail went out, when nobody looks any more.
  failed.catch(() => undefined);
  try {
    const info = await Promise.race([converse(smtp, route, mail, raw), failed, rejectedOnAbort(signal)]);
    hangUp(smtp);
    const statusCode = Number(/^\d{3}/.exec(info.response)?.[0] ?? 250);
    return { kind: 'sent', statusCode, reached: info.accepted, refused: info.rejectedErrors ?? [] };
  } catch (error) {
    smtp.close();
    connection.socket.destroy();
    // Whatever the library reports has a code, and the signal ends it without one; anything else is a bug.
    if (signal.aborted || (error instanceof Error && 'code' in error))
      return { kind: 'smtp-error', error: error as SmtpError };
    throw error;
  }
}

async function loadLibrary() {
  const [composer, connection] = await Promise.all([
    import('nodemailer/lib/mail-composer'),
    import('nodemailer/lib/smtp-connection'),
  ]);
  return { MailComposer: composer.default, SMTPConnection: connection.default };
}

function compose(Composer: typeof MailComposer, { headers, ...mail }: Mail): Promise<Buffer> {
  const composer = new Composer({
    from: mail.from,
    to: [...mail.to],
    subject: mail.subject,
    messageId: mail.messageId,
    date: mail.date,
    references: [...mail.references],
    ...(mail.inReplyTo !== null && { inReplyTo: mail.inReplyTo }),
    headers: { ...headers },
    text: mail.text,
    html: mail.html,
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function connectionOptions({ server, ca, timeoutMs }: MailRoute, socket: Socket) {
  const { host, port, security } = server;
  return {
    connection: socket,
    // For the certificate's name alone: the connection stands.
    host: withoutBrackets(host),
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    name: addressLiteral(socket),
    tls: ca === undefined ? {} : { ca },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    maxResponseSize: 65_536,
    socketCloseTimeout: 1000,
  };
}

/** How RFC 5321 lets a client without a public name greet; the name of a pod would be worse. */
function addressLiteral({ localAddress = '127.0.0.1', localFamily }: Socket): string {
  return localFamily === 'IPv6' ? `[IPv6:${localAddress}]` : `[${localAddress}]`;
}

async function converse(
  smtp: SMTPConnection,
  { server, to }: MailRoute,
  mail: Mail,
  raw: Buffer,
): Promise<SMTPConnectionSendInfo> {
  await called<unknown>((done) => smtp.connect(done));
  const { login } = server;
  if (login !== null) {
    await called<unknown>((done) => smtp.login({ user: login.user, pass: login.password }, done));
  }
  const envelope = { from: mail.from.address, to: [...to], size: raw.length };
  const info = await called<SMTPConnectionSendInfo>((done) => smtp.send(envelope, raw, done));
  if (info === undefined) throw new Error('the mail library answered with nothing');
  return info;
}

type Callback<Value> = (error?: Error | null, value?: Value) => void;

function called<Value>(start: (done: Callback<Value>) => void): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error === undefined || error === null) resolve(value);
      else reject(error);
    });
  });
}

/** Says goodbye, and does not wait for an answer for long. */
function hangUp(smtp: SMTPConnection): void {
  smtp.quit();
  setTimeout(() => smtp.close(), 1000).unref();
}
