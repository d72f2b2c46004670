/** Reads a mail back, for tests: headers unfolded and decoded, the text and the HTML part. Written from the RFCs, not from the sender. */

export interface ReadMail {
  /** By name in lower case, each in the order of the mail. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly text: string;
  readonly html: string;
}

export function readMail(raw: string): ReadMail {
  const { headers, body } = splitHead(raw);
  const type = headers.get('content-type')?.[0] ?? '';
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary === undefined) throw new Error(`no multipart: ${type}`);
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => splitHead(part.replace(/^\r\n/, '')));
  const content = (wanted: string) => {
    const part = parts.find(({ headers: own }) => own.get('content-type')?.[0]?.startsWith(wanted) === true);
    if (part === undefined) throw new Error(`no part is ${wanted}`);
    return decodeBody(part.body.replace(/\r\n$/, ''), part.headers.get('content-transfer-encoding')?.[0] ?? '7bit');
  };
  return { headers, text: content('text/plain'), html: content('text/html') };
}

export function onlyHeader({ headers }: ReadMail, name: string): string {
  const values = headers.get(name.toLowerCase()) ?? [];
  if (values.length !== 1) throw new Error(`${values.length} headers are ${name}`);
  return values[0] ?? '';
}

function splitHead(text: string): { headers: Map<string, string[]>; body: string } {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) throw new Error('no empty line ends the headers');
  const headers = new Map<string, string[]>();
  for (const line of text
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new Error(`no header: ${line}`);
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), decodeWords(line.slice(colon + 1).trim())]);
  }
  return { headers, body: text.slice(end + 4) };
}

/** RFC 2047; blanks between two encoded words belong to the encoding. */
function decodeWords(value: string): string {
  return value
    .replace(/(=\?[^?]+\?[BQbq]\?[^?]*\?=)\s+(?==\?)/g, '$1')
    .replace(/(?:=\?utf-8\?[BQbq]\?[^?]*\?=)+/gi, (words) => {
      const bytes = [...words.matchAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi)].map(([, kind = '', text = '']) =>
        kind.toUpperCase() === 'B' ? Buffer.from(text, 'base64') : decodeQuoted(text.replaceAll('_', ' ')),
      );
      return Buffer.concat(bytes).toString('utf8');
    });
}

function decodeBody(body: string, encoding: string): string {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64').toString('utf8');
  if (/quoted-printable/i.test(encoding))
    return decodeQuoted(body.replace(/[ \t]*=\r\n/g, (end) => (end.startsWith('=') ? '' : end.slice(0, -3)))).toString(
      'utf8',
    );
  return body;
}

function decodeQuoted(text: string): Buffer {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const hex = text.charAt(i) === '=' ? /^[0-9A-F]{2}/i.exec(text.slice(i + 1, i + 3)) : null;
    if (hex === null) bytes.push(...Buffer.from(text.charAt(i)));
    else {
      bytes.push(Number.parseInt(hex[0], 16));
      i += 2;
    }
  }
  return Buffer.from(bytes);
}
