/** Bodies of what is handed in, as bytes, unpacked and parsed: never more than a bound, never deeper than can be walked. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isDeeperThan } from '../../kit/nesting.ts';
import { invalidBody } from '../body.ts';
import { RequestProblem } from '../problem.ts';

/** Of a body that came packed: batches of logs shrink to a tenth. */
const UNPACKED_BYTES = 8 * 1024 * 1024;
/** Deeper than any format goes. */
export const DEEPEST = 64;

const unpack = promisify(gunzip);

/** Whatever its type says: each path reads its own. The server bounds what comes in, where nothing tighter is told, and how long it may take. */
export function takeBytes(server: FastifyInstance, bounds: { readonly bodyLimit?: number } = {}): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>('*', { parseAs: 'buffer', ...bounds }, (_request, body, done) =>
    done(null, body),
  );
}

/** Throws `RequestProblem`. What is no UTF-8 is repaired; a byte order mark is none of the text. */
export async function textOf(request: FastifyRequest): Promise<string> {
  return new TextDecoder().decode(await bytesOf(request));
}

/** Throws `RequestProblem`. */
export async function bytesOf({ body, headers }: FastifyRequest): Promise<Buffer> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity') return bytes;
  if (encoding !== 'gzip') throw strangeEncoding();
  try {
    return await unpack(bytes, { maxOutputLength: UNPACKED_BYTES });
  } catch (error) {
    throw (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : notPacked();
  }
}

/** Throws `RequestProblem`. */
export function jsonOf(text: string, hint: string): unknown {
  const parsed = parse(text);
  if (parsed.fault === undefined) return parsed.value;
  throw invalidBody([{ path: '', message: parsed.fault }], hint);
}

/** `value` is the text itself where that is no JSON. */
export function parse(text: string): { readonly value: unknown; readonly fault?: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { value: text, fault: 'is not well-formed JSON' };
  }
  return isDeeperThan(DEEPEST, value) ? { value: '', fault: `is nested more than ${DEEPEST} levels deep` } : { value };
}

function tooLarge(): RequestProblem {
  return new RequestProblem({
    status: 413,
    title: 'The body is too large',
    detail: `Unpacked it is longer than ${UNPACKED_BYTES / 1024 / 1024} MiB.`,
    hint: 'Send smaller batches.',
  });
}

function notPacked(): RequestProblem {
  return invalidBody(
    [{ path: '', message: 'is no gzip, although Content-Encoding says so' }],
    'Send it as it is, or packed with gzip.',
  );
}

function strangeEncoding(): RequestProblem {
  return new RequestProblem({
    status: 415,
    title: 'Not a known encoding',
    detail: 'Content-Encoding names one that is not known here.',
    hint: 'Send it as it is, or packed with gzip.',
  });
}
