/** Answers of OTLP over HTTP as protobuf: whoever sends protobuf is answered so, also with what is wrong. */
import type { Endpoint } from '@tattle/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PbfWriter } from 'pbf';
import { count, type Fields, fields, text } from '../../kit/fields.ts';

const PROTOBUF = 'application/x-protobuf';

export function isProtobuf({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return /protobuf/i.test(headers['content-type'] ?? '');
}

/** Whatever this endpoint answers, or is refused with before it is reached, is told in the type of its request. */
export function answerInKind(server: FastifyInstance, endpoint: Endpoint): void {
  server.addHook('onSend', async (request, reply, payload) => {
    const isMeant = request.routeOptions.config.endpoint === endpoint && isProtobuf(request);
    if (!isMeant || typeof payload !== 'string') return payload;
    const told = fields(JSON.parse(payload));
    reply.header('content-type', PROTOBUF);
    return reply.statusCode < 400 ? responseBytes(told) : statusBytes(told);
  });
}

/** An ExportLogsServiceResponse, of its JSON: nothing at all where every record was taken. */
function responseBytes(answer: Fields): Buffer {
  const { partialSuccess } = answer;
  const message = new PbfWriter();
  if (partialSuccess !== undefined) message.writeMessage(1, writePartialSuccess, fields(partialSuccess));
  return Buffer.from(message.finish());
}

function writePartialSuccess({ rejectedLogRecords, errorMessage }: Fields, writer: PbfWriter): void {
  const rejected = count(rejectedLogRecords);
  if (rejected > 0) writer.writeVarintField(1, rejected);
  writer.writeStringField(2, text(errorMessage, 100_000));
}

/** A `google.rpc.Status`, of a problem’s JSON. */
function statusBytes({ status, detail, hint }: Fields): Buffer {
  const message = new PbfWriter();
  message.writeVarintField(1, codeOf(count(status)));
  message.writeStringField(2, `${text(detail, 100_000)} ${text(hint)}`);
  return Buffer.from(message.finish());
}

const CODES: Readonly<Record<number, number>> = { 401: 16, 403: 7, 404: 5, 409: 10, 429: 8, 503: 14 };
const INVALID_ARGUMENT = 3;
const INTERNAL = 13;

/** As google.rpc.Code counts. */
function codeOf(status: number): number {
  return CODES[status] ?? (status >= 500 ? INTERNAL : INVALID_ARGUMENT);
}
