/** What can be set for e-mail: a server, in parts or as one URL, who writes, and to whom. */
import { z } from 'zod';
import { normalHost, withoutBrackets } from '../../../kit/guarded-address.ts';
import { channelName } from '../channel-type.ts';
import { ca, wordingSettings } from '../common-settings.ts';
import { readServerUrl, type ServerParts } from './server-url.ts';

const address = z
  .string()
  .max(254)
  .regex(
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/,
    'must be an address such as name@example.org',
  );
const credential = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^\P{Cc}+$/u, 'must be on one line');

const SECURITIES = ['tls', 'starttls', 'none'] as const;
export type Security = (typeof SECURITIES)[number];
const USUAL_PORTS: Readonly<Record<Security, number>> = { tls: 465, starttls: 587, none: 25 };

export const emailSettings = z
  .strictObject({
    type: z.literal('email'),
    name: channelName,
    url: z
      .string()
      .max(4096)
      .exactOptional()
      .describe(
        '`smtps://user:password@host:port` (TLS from the start) or `smtp://…` (STARTTLS unless `security` says otherwise).',
      ),
    host: z
      .string()
      .refine((host) => normalHost(host) !== null, 'must be a host name or an address, without a port')
      .exactOptional()
      .describe('The mail server, without a port.'),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .exactOptional()
      .describe('Unless told: 465 with `tls`, 587 with `starttls`, 25 with `none`.'),
    security: z
      .enum(SECURITIES)
      .exactOptional()
      .describe(
        '`tls`: from the start. `starttls`: by an upgrade, without which nothing is sent. `none`: readable on the way.',
      ),
    user: credential.exactOptional().describe('Where the server asks who one is; with the password.'),
    password: credential.exactOptional().describe('Of the user.'),
    from: address.describe('The address that the mail comes from; the server has to allow it.'),
    fromName: z
      .string()
      .min(1)
      .max(100)
      .regex(/^\P{Cc}+$/u, 'must be on one line')
      .default('Tattle')
      .describe('The name beside it.'),
    to: z.array(address).min(1).max(50).describe('Who gets it.'),
    timeoutSeconds: z
      .number()
      .min(1)
      .max(50)
      .default(30)
      .describe('Seconds for the whole exchange, after which it counts as failed.'),
    ca,
    ...wordingSettings,
  })
  .superRefine((settings, context) => {
    const found = serverOf(settings);
    if ('problem' in found) context.addIssue({ code: 'custom', path: [found.path], message: found.problem });
  });

export type EmailSettings = z.output<typeof emailSettings>;

export interface MailServer {
  /** As `normalHost` writes it. */
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  readonly login: { readonly user: string; readonly password: string } | null;
}

interface Problem {
  readonly path: string;
  readonly problem: string;
}

type ServerSettings = { readonly [Key in 'url' | 'host' | 'user' | 'password']?: string } & {
  readonly port?: number;
  readonly security?: Security;
};

/** The server that the settings name, by whichever way; or the first thing that is wrong with them. */
export function serverOf(settings: ServerSettings): MailServer | Problem {
  const parts = settings.url === undefined ? {} : readServerUrl(settings.url);
  if ('problem' in parts) return { path: 'url', problem: parts.problem };
  const twice = (['host', 'port', 'user', 'password', 'security'] as const).find(
    (part) => settings[part] !== undefined && parts[part] !== undefined,
  );
  if (twice !== undefined) return { path: twice, problem: 'is said by the url, too: say it once' };
  return checked({ ...parts, ...settings });
}

function checked({ host, port, user, password, security: wanted }: ServerParts): MailServer | Problem {
  const plain = normalHost(host ?? '');
  if (plain === null) return { path: 'host', problem: 'is missing: name the SMTP server, or give a url' };
  if ((user === undefined) !== (password === undefined)) {
    return { path: user === undefined ? 'user' : 'password', problem: 'is missing: user and password go together' };
  }
  const security = wanted ?? (port === USUAL_PORTS.tls ? 'tls' : 'starttls');
  const login = user === undefined || password === undefined ? null : { user, password };
  if (security === 'none' && login !== null && !isLoopback(plain)) {
    return { path: 'security', problem: 'must be tls or starttls, because a password would be readable on the way' };
  }
  return { host: plain, port: port ?? USUAL_PORTS[security], security, login };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(withoutBrackets(host));
}
