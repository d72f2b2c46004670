import { describe, expect, it } from 'vitest';
import { RequestProblem } from '../problem.ts';
import { otlpLogsOf } from './otlp-protobuf.ts';
import { encodedLogs } from './testing/otlp-messages.ts';

const read = (bytes: Buffer) => otlpLogsOf(bytes, 'send OTLP');

/** Null where it is read. */
function refusal(bytes: Buffer): RequestProblem['details'] | null {
  try {
    read(bytes);
    return null;
  } catch (error) {
    if (error instanceof RequestProblem) return error.details;
    throw error;
  }
}

/** A field with a length in front, of less than 128 bytes unless `length` says otherwise. */
const part = (field: number, content: Buffer | readonly number[], length: readonly number[] = [content.length]) =>
  Buffer.concat([Buffer.from([field * 8 + 2, ...length]), Buffer.from(content)]);
const inRecord = (content: Buffer | readonly number[]) => part(1, part(2, part(2, content)));
const recordOf = (bytes: Buffer) => {
  const [resourceLogs] = read(bytes)['resourceLogs'] as { scopeLogs: { logRecords: Record<string, unknown>[] }[] }[];
  return resourceLogs?.scopeLogs[0]?.logRecords[0];
};
const varint = (value: bigint): number[] =>
  value < 128n ? [Number(value)] : [Number(value & 127n) + 128, ...varint(value >> 7n)];

const text = (stringValue: string) => ({ stringValue });
const FULL = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'k8s.namespace.name', value: text('shop') }] },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: '1777885200123456789',
              observedTimeUnixNano: '18446744073709551615',
              severityNumber: 17,
              severityText: 'ERROR',
              body: {
                kvlistValue: {
                  values: [
                    { key: 'said', value: text('nicht möglich ☃ 𝄞') },
                    { key: 'often', value: { intValue: '-9223372036854775808' } },
                    { key: 'ratio', value: { doubleValue: 0.1 } },
                    { key: 'last', value: { boolValue: true } },
                    { key: 'raw', value: { bytesValue: 'AAECAw==' } },
                    { key: 'list', value: { arrayValue: { values: [text('a'), { intValue: '9007199254740993' }] } } },
                  ],
                },
              },
              attributes: [{ key: 'k8s.pod.name', value: text('cart-7d9f-x') }],
              eventName: 'cache.lost',
            },
          ],
        },
      ],
    },
  ],
};

describe('OTLP logs as protobuf', () => {
  it('are read into what they are as JSON, with all of 64 bits', () => {
    expect(read(encodedLogs(FULL))).toEqual(FULL);
  });

  it('have ids in hexadecimal, as OTLP writes them in JSON', () => {
    const record = { traceId: Buffer.alloc(16, 0xab), spanId: Buffer.from('0123456789abcdef', 'hex') };
    const bytes = encodedLogs({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    expect(recordOf(bytes)).toEqual({ traceId: 'ab'.repeat(16), spanId: '0123456789abcdef' });
  });

  it('are nothing at all where there is nothing in them', () => {
    expect(read(Buffer.alloc(0))).toEqual({});
  });

  it('may have fields that nobody knows, of each type, which are skipped', () => {
    const unknown = [...[0xa0, 0x06, 0xff, 0x01], ...[0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]];
    const more = [...unknown, ...[0xa2, 0x06, 2, 1, 2], ...[0xa5, 0x06, 1, 2, 3, 4]];
    expect(recordOf(inRecord([...more, 0x10, 17, ...more]))).toEqual({ severityNumber: 17 });
  });

  it('say of a field that comes twice what the last one says, and all of a message’s parts', () => {
    const value = (content: readonly number[]) => part(5, content);
    expect(recordOf(inRecord([0x10, 9, 0x10, 17]))).toEqual({ severityNumber: 17 });
    expect(recordOf(inRecord(Buffer.concat([value([0x0a, 1, 97]), value([0x18, 5])])))).toEqual({
      body: { intValue: '5' },
    });
    const list = (letter: number) => value([0x2a, 5, 0x0a, 3, 0x0a, 1, letter]);
    expect(recordOf(inRecord(Buffer.concat([list(97), list(98)])))).toEqual({
      body: { arrayValue: { values: [text('a'), text('b')] } },
    });
  });

  it('that are no UTF-8 are repaired, as in JSON: one line must not take the others along', () => {
    expect(recordOf(inRecord(part(5, part(1, [0x61, 0xff, 0xc3, 0x28]))))).toEqual({ body: text('a\ufffd\ufffd(') });
  });
});

describe('what is no such message is refused in words', () => {
  it.each([
    ['that ends early', encodedLogs(FULL).subarray(0, 200), /ends behind what it is a part of/],
    ['whose length leads behind its end', part(1, [1, 2], [100]), /ends behind/],
    ['whose length is the longest there is', part(1, [1, 2], varint(2n ** 64n - 1n)), /ends behind/],
    ['whose part ends behind the part that it is in', part(1, part(2, part(2, [0x10, 1], [50]))), /ends behind/],
    ['whose number goes over the end of its part', Buffer.concat([inRecord([0x10, 0x80]), Buffer.alloc(20)]), /ends/],
    ['with a number of more than ten bytes', inRecord([0x10, ...Buffer.alloc(11, 0xff)]), /is no protobuf/],
    ['whose fixed number is cut', inRecord([0x09, 1, 2, 3]), /is no protobuf/],
    ['with a field without a number', inRecord([0x02, 1, 1]), /number that none can have/],
    ['with a field of a number beyond all', inRecord([...varint(2n ** 32n + 16n), 1]), /number that none can have/],
    ['with a group', inRecord([0xa3, 0x06]), /is no protobuf/],
    ['with a type that there is not', inRecord([0xa7, 0x06]), /is no protobuf/],
    ['whose field is of another type', inRecord([0x0a, 1, 1]), /timeUnixNano: is not of the type/],
    ['that is a trace', part(1, part(2, part(2, part(1, Buffer.alloc(16, 1))))), /timeUnixNano: is not of the type/],
    ['that is JSON', Buffer.from('{"resourceLogs":[]}'), /is no protobuf/],
  ])('%s', (_, bytes, words) => {
    expect(refusal(bytes)).toMatchObject({ status: 400, detail: expect.stringMatching(words), hint: 'send OTLP' });
  });

  it('nested beyond reason, without being walked to its end', () => {
    let nested = Buffer.from([0x0a, 1, 97]);
    const length = (size: number) => varint(BigInt(size));
    for (let i = 0; i < 3000; i += 1) {
      const value = Buffer.concat([Buffer.from([0x0a, ...length(nested.length)]), nested]);
      nested = Buffer.concat([Buffer.from([0x2a, ...length(value.length)]), value]);
    }
    const wrap = (field: number, content: Buffer) => part(field, content, length(content.length));
    const began = performance.now();
    const problem = refusal(wrap(1, wrap(2, wrap(2, wrap(5, nested)))));
    expect(problem).toMatchObject({ status: 400, detail: expect.stringContaining('levels deep') });
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('of more messages than a batch has, before each of them is an object', () => {
    const empty = Buffer.alloc(8 * 1024 * 1024, Buffer.from([0x0a, 0x00]));
    const began = performance.now();
    expect(refusal(empty)).toMatchObject({ status: 413, hint: 'Send smaller batches.' });
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

it('takes any bytes for a message, or refuses them with words, and never takes long', () => {
  const random = numbers(20_261_126);
  const good = encodedLogs(FULL);
  let [taken, refused, slowest] = [0, 0, 0];
  for (let round = 0; round < 20_000; round += 1) {
    const bytes = round % 2 === 0 ? mutated(good, random) : noise(random);
    const began = performance.now();
    const problem = refusal(bytes);
    slowest = Math.max(slowest, performance.now() - began);
    if (problem === null) taken += 1;
    else {
      refused += 1;
      expect([400, 413]).toContain(problem.status);
      expect(problem.detail).toMatch(/\w+ \w+/);
    }
  }
  expect(slowest).toBeLessThan(250);
  expect(Math.min(taken, refused)).toBeGreaterThan(200);
});

/** A few bytes of it are others, gone, or there twice. */
function mutated(good: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(good);
  for (let times = random(4); times >= 0; times -= 1) {
    const at = random(bytes.length);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + random(6))];
    const between = [Buffer.from([random(256)]), Buffer.alloc(0), bytes.subarray(at, at + random(40))][random(3)];
    bytes = Buffer.concat([before, between ?? before, after]);
  }
  return bytes;
}

function noise(random: (below: number) => number): Buffer {
  return Buffer.from(Array.from({ length: random(200) }, () => random(256)));
}

/** The same each time (mulberry32), so that what fails fails again. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
