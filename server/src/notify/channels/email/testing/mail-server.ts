/** A real SMTP server on loopback, for tests: it keeps what it takes, and refuses, hangs and breaks off as it is told to. */
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../../../../kit/testing/loopback-certificate.ts';

export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  /** Whether it came over TLS. */
  readonly secure: boolean;
  readonly user: string | null;
}

export interface MailServerOnLoopback {
  readonly port: number;
  readonly taken: readonly TakenMail[];
  /** What it does next; by default it takes all. */
  manner: Manner;
  close(): Promise<void>;
}

export interface Manner {
  /** Throws to refuse. */
  readonly recipient?: (address: string) => void;
  readonly sender?: (address: string) => void;
  /** After the whole mail was read. */
  readonly data?: (session: SMTPServerSession) => 'hang' | 'close' | undefined;
}

/** An answer that refuses. */
export function refusal(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

/** Without a certificate's name to check: `hooks.test` is the one of the certificate. */
export async function mailServer(options: SMTPServerOptions = {}): Promise<MailServerOnLoopback> {
  const taken: TakenMail[] = [];
  const toTell = (act: () => void, callback: (error?: Error | null) => void) => {
    try {
      act();
      callback();
    } catch (error) {
      callback(error as Error);
    }
  };
  const server = new SMTPServer({
    key: LOOPBACK_KEY,
    cert: LOOPBACK_CERTIFICATE,
    authOptional: true,
    logger: false,
    closeTimeout: 100,
    onMailFrom: ({ address }, _session, callback) => toTell(() => self.manner.sender?.(address), callback),
    onRcptTo: ({ address }, _session, callback) => toTell(() => self.manner.recipient?.(address), callback),
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        try {
          const end = self.manner.data?.(session);
          if (end === 'close') for (const connection of server.connections) connection.close();
          if (end !== undefined) return;
          taken.push(takenFrom(session, chunks));
          callback();
        } catch (error) {
          callback(error as Error);
        }
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: MailServerOnLoopback = {
    port: (server.server.address() as AddressInfo).port,
    taken,
    manner: {},
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return self;
}

function takenFrom(session: SMTPServerSession, chunks: readonly Buffer[]): TakenMail {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    raw: Buffer.concat(chunks).toString('utf8'),
    secure: session.secure,
    user: typeof session.user === 'string' ? session.user : null,
  };
}
