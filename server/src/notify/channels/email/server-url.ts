/** Reads `smtps://user:password@host:port`, the form in which mail servers are often given. */

export interface ServerParts {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly security?: 'tls' | 'starttls' | 'none';
}

/** The problem never repeats the URL: it holds a password. */
export function readServerUrl(text: string): ServerParts | { readonly problem: string } {
  if (!URL.canParse(text)) return { problem: 'must have the form smtps://user:password@host:port' };
  const url = new URL(text);
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') return { problem: 'must begin with smtp:// or smtps://' };
  if (url.hostname === '') return { problem: 'must name a host' };
  if ((url.pathname !== '' && url.pathname !== '/') || url.search !== '' || url.hash !== '') {
    return { problem: 'must end after the host and its port: write @, / and ? in a password as %40, %2F and %3F' };
  }
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === null || password === null)
    return { problem: 'has a % in user or password that encodes nothing: write it as %25' };
  return {
    host: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    ...(user !== '' && { user }),
    ...(password !== '' && { password }),
    ...(url.protocol === 'smtps:' && { security: 'tls' as const }),
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
