/** OTLP logs as protobuf: read into what they are as JSON, so that both are read on in one way. Fields that nothing reads are left out. */
import type { Fields } from '../../kit/fields.ts';
import { invalidBody } from '../body.ts';
import { RequestProblem } from '../problem.ts';
import { DEEPEST } from './body.ts';
import {
  base64,
  bool,
  decode,
  double,
  fixed64,
  type FieldShape,
  hex,
  int32,
  int64,
  message,
  type MessageShape,
  messages,
  text,
} from './protobuf.ts';

/** A batch of a Collector has some ten thousands; each attribute is two. */
const MOST_MESSAGES = 250_000;

const shape = (fields: Readonly<Record<number, FieldShape>>): MessageShape =>
  new Map(Object.entries(fields).map(([number, field]) => [Number(number), field]));

const oneOf = (field: FieldShape): FieldShape => ({ ...field, oneOf: true });

/** By the numbers of opentelemetry-proto 1, which never change. */
const ANY_VALUE: MessageShape = shape({
  1: oneOf(text('stringValue')),
  2: oneOf(bool('boolValue')),
  3: oneOf(int64('intValue')),
  4: oneOf(double('doubleValue')),
  5: oneOf(message('arrayValue', () => ARRAY)),
  6: oneOf(message('kvlistValue', () => ATTRIBUTES_IN_VALUES)),
  7: oneOf(base64('bytesValue')),
});
const ARRAY = shape({ 1: messages('values', () => ANY_VALUE) });
const KEY_VALUE = shape({ 1: text('key'), 2: message('value', () => ANY_VALUE) });
const ATTRIBUTES_IN_VALUES = shape({ 1: messages('values', () => KEY_VALUE) });
const LOG_RECORD = shape({
  1: fixed64('timeUnixNano'),
  2: int32('severityNumber'),
  3: text('severityText'),
  5: message('body', () => ANY_VALUE),
  6: messages('attributes', () => KEY_VALUE),
  9: hex('traceId'),
  10: hex('spanId'),
  11: fixed64('observedTimeUnixNano'),
  12: text('eventName'),
});
const RESOURCE = shape({ 1: messages('attributes', () => KEY_VALUE) });
const SCOPE_LOGS = shape({ 2: messages('logRecords', () => LOG_RECORD) });
const RESOURCE_LOGS = shape({ 1: message('resource', () => RESOURCE), 2: messages('scopeLogs', () => SCOPE_LOGS) });
const REQUEST = shape({ 1: messages('resourceLogs', () => RESOURCE_LOGS) });

/** An ExportLogsServiceRequest as JSON has it. Throws `RequestProblem`. */
export function otlpLogsOf(bytes: Buffer, hint: string): Fields {
  const decoded = decode(bytes, REQUEST, { messages: MOST_MESSAGES, depth: DEEPEST });
  switch (decoded.kind) {
    case 'message':
      return decoded.message;
    case 'malformed':
      throw invalidBody([{ path: '', message: decoded.why }], hint);
    case 'too-many':
      throw new RequestProblem({
        status: 413,
        title: 'The body is too large',
        detail: `It holds more than ${MOST_MESSAGES} records, attributes and values.`,
        hint: 'Send smaller batches.',
      });
  }
}
