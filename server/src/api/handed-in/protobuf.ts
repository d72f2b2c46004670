/** Reads protobuf of which nothing is believed: shapes say what is read of it, and into which JSON; everything else is skipped. */
import { PbfReader } from 'pbf';
import type { Fields } from '../../kit/fields.ts';

/** How a field is written: a varint, eight bytes, or a length and so many bytes. */
type WireType = 0 | 1 | 2;

/** One field of a message, by its number in the message's shape. */
export interface FieldShape {
  /** As JSON calls it. */
  readonly name: string;
  readonly wire: WireType;
  readonly repeated?: true;
  /** Setting it takes away what others of its message said. */
  readonly oneOf?: true;
  readonly read: (walk: Walk, end: number, depth: number, before: unknown) => unknown;
}

export type MessageShape = ReadonlyMap<number, FieldShape>;

/** Under way through one body. */
interface Walk {
  readonly reader: PbfReader;
  readonly bytes: Buffer;
  readonly most: Bounds;
  /** Messages within it so far. */
  seen: number;
}

interface Bounds {
  /** Messages, however small: each costs more as an object than as bytes. */
  readonly messages: number;
  /** Of messages in messages. */
  readonly depth: number;
}

type Decoded =
  | { readonly kind: 'message'; readonly message: Fields }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'too-many' };

/** Of a field that comes twice the last one counts, messages are merged, as the format has it. */
export function decode(bytes: Buffer, shape: MessageShape, most: Bounds): Decoded {
  const walk: Walk = { reader: new PbfReader(bytes), bytes, most, seen: 0 };
  try {
    return { kind: 'message', message: readMessage(walk, bytes.length, shape, 0) };
  } catch (error) {
    if (error instanceof TooMany) return { kind: 'too-many' };
    // The reader itself throws where numbers are too long or bytes are not there.
    return { kind: 'malformed', why: error instanceof Malformed ? error.message : 'is no protobuf' };
  }
}

const LAST_TAG = 0xffff_ffff;

class Malformed extends Error {}
class TooMany extends Error {}

/** `into`: what an earlier part of the same message said. */
function readMessage(
  walk: Walk,
  end: number,
  shape: MessageShape,
  depth: number,
  into: Record<string, unknown> = {},
): Record<string, unknown> {
  const { reader, most } = walk;
  if (depth > most.depth) throw new Malformed(`is nested more than ${most.depth} levels deep`);
  walk.seen += 1;
  if (walk.seen > most.messages) throw new TooMany();
  while (reader.pos < end) {
    const tag = reader.readVarint();
    if (tag < 8 || tag > LAST_TAG) throw new Malformed('is no protobuf: a field has a number that none can have');
    const field = shape.get(tag >>> 3);
    if (field === undefined) reader.skip(tag & 7);
    else if ((tag & 7) !== field.wire) throw new Malformed(`${field.name}: is not of the type that it has in OTLP`);
    else put(into, field, field.read(walk, end, depth, into[field.name]));
    // A length leads wherever its sender likes.
    if (reader.pos > end) throw new Malformed('is no protobuf: a part ends behind what it is a part of');
  }
  return into;
}

function put(into: Record<string, unknown>, { name, repeated, oneOf }: FieldShape, value: unknown): void {
  if (repeated === true) {
    const list = into[name];
    if (Array.isArray(list)) list.push(value);
    else into[name] = [value];
    return;
  }
  if (oneOf === true) for (const other of Object.keys(into)) if (other !== name) delete into[other];
  into[name] = value;
}

/** Where what comes next with its length in front ends. */
function endOfPart({ reader }: Walk, end: number): number {
  const length = reader.readVarint();
  if (length > end - reader.pos) throw new Malformed('is no protobuf: a part ends behind what it is a part of');
  return reader.pos + length;
}

/** A field whose bytes are told in an encoding of Node’s; what is no UTF-8 is repaired. */
function encoded(name: string, encoding: 'utf8' | 'base64' | 'hex'): FieldShape {
  const read: FieldShape['read'] = (walk, end) => {
    const until = endOfPart(walk, end);
    const from = walk.reader.pos;
    walk.reader.pos = until;
    return walk.bytes.toString(encoding, from, until);
  };
  return { name, wire: 2, read };
}

/** `shape` is asked for when it is needed, since messages hold themselves. */
export function message(name: string, shape: () => MessageShape): FieldShape {
  const read: FieldShape['read'] = (walk, end, depth, before) =>
    readMessage(walk, endOfPart(walk, end), shape(), depth + 1, before as Record<string, unknown> | undefined);
  return { name, wire: 2, read };
}

export function messages(name: string, shape: () => MessageShape): FieldShape {
  const { read } = message(name, shape);
  return { name, wire: 2, repeated: true, read: (walk, end, depth) => read(walk, end, depth, undefined) };
}

export const text = (name: string) => encoded(name, 'utf8');
/** As JSON has bytes. */
export const base64 = (name: string) => encoded(name, 'base64');
/** As OTLP’s JSON has ids. */
export const hex = (name: string) => encoded(name, 'hex');

/** A count or the number of an enumeration. */
export function int32(name: string): FieldShape {
  return { name, wire: 0, read: ({ reader }) => reader.readVarint(true) };
}

export function bool(name: string): FieldShape {
  return { name, wire: 0, read: ({ reader }) => reader.readVarint() !== 0 };
}

export function double(name: string): FieldShape {
  return { name, wire: 1, read: ({ reader }) => reader.readDouble() };
}

/** As decimal text: JSON’s numbers have no 64 bits. */
export function fixed64(name: string): FieldShape {
  const read: FieldShape['read'] = ({ reader }) => {
    const value = reader.dataView.getBigUint64(reader.pos, true);
    reader.pos += 8;
    return String(value);
  };
  return { name, wire: 1, read };
}

/** As decimal text, likewise. */
export function int64(name: string): FieldShape {
  const read: FieldShape['read'] = ({ reader }) => {
    const from = reader.pos;
    // Checks that it ends, within ten bytes.
    reader.readVarint(true);
    const groups = reader.buf.subarray(from, reader.pos);
    const value = groups.reduce((sum, group, i) => sum | (BigInt(group & 0x7f) << BigInt(7 * i)), 0n);
    return String(BigInt.asIntN(64, value));
  };
  return { name, wire: 0, read };
}
