/** Credentials that other tools take in URLs: Tattle has settings for them, which nothing prints. */

export interface PlainUrl {
  readonly url: string;
  readonly basic?: { readonly username: string; readonly password: string };
}

export function withoutCredentials(text: string): PlainUrl {
  if (!URL.canParse(text)) return { url: text };
  const url = new URL(text);
  if (url.username === '' && url.password === '') return { url: text };
  const basic = { username: decoded(url.username), password: decoded(url.password) };
  url.username = '';
  url.password = '';
  return { url: url.href, basic };
}

export function basicHeader({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
