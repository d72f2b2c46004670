/** The plain ways to say who we are: nothing, token, token file, basic auth, client certificate, impersonation. */
import type { Credentials, Presented } from './access.ts';
import type { RotatedFile } from './reread-file.ts';

/** A PEM text, or where to read it. */
export type Pem = string | RotatedFile | null;

export interface PlainCredentials {
  readonly token: string | RotatedFile | null;
  readonly basic: { readonly username: string; readonly password: string } | null;
  readonly certificate: Pem;
  readonly key: Pem;
  readonly impersonation: Presented['headers'];
}

export function plainCredentials(plain: PlainCredentials): Credentials {
  const files = [plain.token, plain.certificate, plain.key].filter((one) => typeof one === 'object' && one !== null);
  return {
    async present() {
      const token = await text(plain.token);
      return {
        headers: { ...authorization(token?.trim() ?? null, plain.basic), ...plain.impersonation },
        certificate: await text(plain.certificate),
        key: await text(plain.key),
      };
    },
    renew() {
      for (const file of files) file.forget();
      return files.length > 0;
    },
  };
}

export async function text(source: Pem): Promise<string | null> {
  return typeof source === 'object' && source !== null ? source.read() : source;
}

function authorization(token: string | null, basic: PlainCredentials['basic']): Presented['headers'] {
  if (token !== null && token !== '') return { authorization: `Bearer ${token}` };
  if (basic === null) return {};
  return { authorization: `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}` };
}
