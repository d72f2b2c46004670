/** The SMTP handler of kubewatch as a channel of type email. */
import type { Fields } from '../fields.ts';
import type { Notes } from '../notes.ts';
import { tellWording } from '../people.ts';
import { channel, type Target } from '../target.ts';

export function smtp(fields: Fields, notes: Notes): Target | null {
  const [host, port] = hostAndPort(fields.text('smarthost') ?? '');
  const from = fields.text('from');
  const to = (fields.text('to') ?? '').split(/[,;\s]+/).filter((address) => address !== '');
  const requireTls = fields.flag('requireTLS');
  tellWording(fields, ['subject'], notes);
  for (const name of ['headers', 'hello'].filter((one) => fields.has(one))) {
    notes.missing(fields.at(name), 'has no counterpart: Tattle writes its own');
  }
  fields.settle('headers', 'hello', 'enabled');
  if (host === undefined || from === undefined || to.length === 0) {
    notes.missing(fields.path, 'lacks smarthost, from or to: add the channel by hand');
    return null;
  }
  const login = loginOf(fields.fields('auth'), notes);
  const security = securityOf({ host, port, requireTls, hasLogin: login !== null });
  if (security === 'starttls' && !requireTls) {
    notes.changed(
      fields.at('requireTLS'),
      'was off, and mail went out in the clear where the server offered nothing else; here it does not go then (security: none for a server without TLS and without a password)',
    );
  }
  return channel('email', { host, port, security, from, to, ...login });
}

function loginOf(auth: Fields | undefined, notes: Notes): { readonly user: string; readonly password: string } | null {
  if (auth === undefined) return null;
  const [user, password] = [auth.text('username'), auth.text('password')];
  for (const name of ['identity', 'secret'].filter((one) => auth.has(one))) {
    notes.missing(auth.at(name), 'has no counterpart: Tattle signs in with user and password');
  }
  return user === undefined || password === undefined ? null : { user, password };
}

function securityOf(server: {
  readonly host: string;
  readonly port: number | undefined;
  readonly requireTls: boolean;
  readonly hasLogin: boolean;
}): 'tls' | 'starttls' | 'none' {
  if (server.port === 465) return 'tls';
  return server.port === 25 && !server.requireTls && !server.hasLogin ? 'none' : 'starttls';
}

function hostAndPort(text: string): readonly [host: string | undefined, port: number | undefined] {
  const [, host, port] = /^(.+?)(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  return [host, port === undefined ? undefined : Number(port)];
}
