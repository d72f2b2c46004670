/** A mail as people read its source: the headers and both parts, unencoded (as RFC 6532 allows them to travel). */
import type { Mail } from './mail.ts';

const BOUNDARY = 'tattle-part';

export function mailPreview(mail: Mail): string {
  const headers: readonly (readonly [string, string])[] = [
    ['From', `${mail.from.name} <${mail.from.address}>`],
    ['To', mail.to.join(', ')],
    ['Subject', mail.subject],
    ['Message-ID', mail.messageId],
    ...(mail.inReplyTo === null ? [] : [['In-Reply-To', mail.inReplyTo] as const]),
    ...(mail.references.length === 0 ? [] : [['References', mail.references.join(' ')] as const]),
    ['Date', mail.date.toUTCString().replace('GMT', '+0000')],
    ...Object.entries(mail.headers),
    ['MIME-Version', '1.0'],
    ['Content-Type', `multipart/alternative; boundary="${BOUNDARY}"`],
  ];
  return [
    ...headers.map(([name, value]) => `${name}: ${value}`),
    '',
    ...part('text/plain', mail.text),
    ...part('text/html', mail.html),
    `--${BOUNDARY}--`,
    '',
  ].join('\r\n');
}

function part(type: string, content: string): readonly string[] {
  const head = [`--${BOUNDARY}`, `Content-Type: ${type}; charset=utf-8`, 'Content-Transfer-Encoding: 8bit', ''];
  return [...head, content.replace(/\r?\n/g, '\r\n')];
}
