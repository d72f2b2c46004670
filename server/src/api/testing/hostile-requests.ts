/** Requests made from the document that no client of good will sends, the same ones for the same seed. */
import { gzipSync } from 'node:zlib';
import { filledPath, type Operation, type Schema } from './api-document.ts';
import { sampleValue } from './sample-value.ts';

export interface HostileRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string | Buffer;
}

type Random = () => number;

/** A random generator that a seed makes the same on every run (mulberry32). */
function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Texts as they are, before any encoding. */
const TEXTS: readonly string[] = [
  '',
  ' ',
  '!',
  '!!',
  '-',
  '0',
  '-1',
  '1e999',
  'NaN',
  'Infinity',
  '9007199254740993',
  '9'.repeat(400),
  '0x10',
  '1.5',
  'true',
  'null',
  'undefined',
  '[object Object]',
  '__proto__',
  'constructor',
  'toString',
  '\0',
  'a\0b',
  '\u{1F4A9}',
  '\uFEFF',
  '\u202Egnp.exe',
  '\u2066x\u2069',
  'e\u0301'.repeat(50),
  '\uFFFF',
  'İ',
  'ß'.repeat(100),
  "'; DROP TABLE events; --",
  "' OR '1'='1",
  '1) UNION ALL (VALUES (1',
  '\\',
  "\\'",
  '$1',
  '%',
  '%%_%',
  '_',
  '(a+)+$',
  '(?=x)',
  '[',
  '*',
  '**',
  'x in [1,2,3].map(y, y*y)',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '=cmd|" /C calc"!A0',
  '\u001b[31mred\u001b[0m',
  'line\r\nSet-Cookie: a=b',
  'line\n{"level":50,"msg":"forged"}',
  '{"$gt":""}',
  '{{7*7}}',
  '${jndi:ldap://x}',
  '../../../../etc/passwd',
  'label:=',
  'label:a=b label:a=c',
  'namespace:',
  '"""',
  '-namespace:!x',
  'now',
  'now-1h',
  'now-999999999w',
  'now+999999999w999999999w',
  '9999-12-31T23:59:60Z',
  '0000-00-00T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-01-01T00:00:00+99:99',
  'x'.repeat(2048),
  'x'.repeat(2049),
  'e.1.2.3',
  'eyJhIjoxfQ',
  'WzEsMl0',
];

/** What only a raw query can hold. */
const RAW_TEXTS: readonly string[] = [
  '%',
  '%zz',
  '%00',
  '%ff%fe',
  '%ed%a0%80',
  '%c0%af',
  '+',
  '%2B',
  '&&',
  '=',
  '%26x%3D1',
  '%u0041',
];

const SURROGATE = '\uD800';

export class HostileRequests {
  readonly #random: Random;
  readonly #operations: readonly Operation[];
  readonly #ids: readonly string[];

  /** `ids`: of things that exist, so that it gets past the first door at times. */
  constructor(operations: readonly Operation[], ids: readonly string[], seed: number) {
    this.#random = seededRandom(seed);
    this.#operations = operations;
    this.#ids = ids;
  }

  next(): HostileRequest {
    const operation = this.#pick(this.#operations);
    const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const path = filledPath(operation, Object.fromEntries(names.map((name) => [name, this.#pathPart()])));
    const url = `${path}${this.#query(operation)}`;
    const method = operation.method as HostileRequest['method'];
    if (operation.method === 'GET') return { method, url, headers: {} };
    return { method, url, ...this.#body(operation) };
  }

  #pathPart(): string {
    if (this.#random() < 0.6) return this.#pick(this.#ids);
    // A path that ends with nothing is another path.
    return this.#text().replaceAll(SURROGATE, '') || 'x';
  }

  #query(operation: Operation): string {
    const known = operation.parameters.filter(({ in: place }) => place === 'query');
    const pairs = known
      .filter(({ required }) => required || this.#random() < 2 / Math.max(2, known.length))
      .flatMap((parameter) => this.#pairsOf(parameter.name, parameter.schema));
    const dice = this.#random();
    if (dice < 0.03) pairs.push(`${encodeURIComponent(this.#pick(TEXTS))}=x`);
    if (dice > 0.97) pairs.push(...Array.from({ length: 150 + Math.floor(this.#random() * 200) }, () => 'namespace=a'));
    if (dice > 0.94 && dice < 0.97) pairs.push(this.#pick(RAW_TEXTS));
    return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  }

  #pairsOf(name: string, schema: Schema): readonly string[] {
    const times = this.#random() < 0.1 ? 2 + Math.floor(this.#random() * 4) : 1;
    const element = (schema.type === 'array' ? schema['items'] : schema) as Schema;
    return Array.from({ length: times }, () => `${name}=${this.#parameter(element)}`);
  }

  #parameter(schema: Schema): string {
    const dice = this.#random();
    if (dice < 0.1) return this.#pick(RAW_TEXTS);
    if (dice < 0.4) return encodeURIComponent(String(this.#edge(schema))).slice(0, 6000);
    return encodeURIComponent(this.#text().replaceAll(SURROGATE, ''));
  }

  /** Just inside of what the schema allows, or just outside. */
  #edge(schema: Schema): unknown {
    if (Array.isArray(schema['enum'])) return this.#pick(schema['enum']) as unknown;
    const bounds = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'].filter(
      (bound) => typeof schema[bound] === 'number',
    );
    const off = Math.floor(this.#random() * 3) - 1;
    const bound = bounds.length === 0 ? 0 : Number(schema[this.#pick(bounds)]) + off;
    switch (schema.type) {
      case 'integer':
      case 'number':
        return bound;
      case 'string':
        return 'a'.repeat(Math.min(5000, Math.max(0, bound)));
      case 'array':
        return Array.from({ length: Math.min(1200, Math.max(0, bound)) }, () =>
          this.#value((schema['items'] ?? {}) as Schema, 3),
        );
      default:
        return sampleValue(schema);
    }
  }

  #text(): string {
    const dice = this.#random();
    if (dice < 0.15) return this.#pick(this.#ids);
    if (dice < 0.2) return `${this.#pick(TEXTS)}${SURROGATE}`;
    if (dice < 0.3) return this.#pick(TEXTS) + this.#pick(TEXTS);
    if (dice < 0.35) return this.#pick(this.#ids).slice(0, 1 + Math.floor(this.#random() * 5));
    return this.#pick(TEXTS);
  }

  #body(operation: Operation): Pick<HostileRequest, 'headers' | 'payload'> {
    const json = { 'content-type': 'application/json', ...this.#idempotency() };
    const schema = operation.body?.schema ?? {};
    const dice = this.#random();
    if (dice < 0.62) return { headers: json, payload: stringified(this.#value(schema, 0)) };
    if (dice < 0.66) return { headers: json, payload: this.#nested() };
    if (dice < 0.7)
      return {
        headers: json,
        payload: `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"text":"x"}`,
      };
    if (dice < 0.75) return { headers: json, payload: stringified(this.#value(schema, 0)).slice(0, -1) };
    if (dice < 0.79)
      return {
        headers: { ...json, 'content-encoding': this.#pick(['gzip', 'br', 'deflate', 'x']) },
        payload: gzipSync('0'.repeat(1_000_000)),
      };
    if (dice < 0.84)
      return {
        headers: {
          ...json,
          'content-type': this.#pick([
            'text/plain',
            'application/xml',
            'application/json; charset=utf-16',
            'application/x-www-form-urlencoded',
            'multipart/form-data; boundary=x',
            '*/*',
            'application/problem+json',
          ]),
        },
        payload: '{"text":"x"}',
      };
    if (dice < 0.87) return { headers: json, payload: Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0x7d]) };
    if (dice < 0.9) return { headers: json, payload: `{"text":"${'x'.repeat(1_100_000)}"}` };
    if (dice < 0.94)
      return {
        headers: json,
        payload: this.#pick(['', ' ', 'null', '[]', '0', '"x"', 'NaN', '{"a":1e999}', '{} {}', '\uFEFF{}']),
      };
    return {
      headers: { ...json, 'if-match': this.#pick(['*', '""', 'W/"x"', 'x'.repeat(500)]) },
      payload: stringified(sampleValue(schema)),
    };
  }

  #idempotency(): Record<string, string> {
    if (this.#random() < 0.8) return {};
    return { 'idempotency-key': this.#pick(['a', 'b', 'c', '', ' x', 'x'.repeat(201), '__proto__', "'; --"]) };
  }

  #nested(): string {
    const depth = this.#pick([100, 10_000, 100_000]);
    const inner = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    return this.#pick([inner, `{"filter":{},"locked":${inner}}`, `{"text":"x","as":${inner}}`]);
  }

  #value(schema: Schema, depth: number): unknown {
    if (this.#random() < 0.12) return this.#strange(depth);
    const choices = (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined;
    if (choices !== undefined) return this.#value(this.#pick(choices), depth);
    if (schema.type === 'object') {
      const members = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
      const kept = members
        .filter(() => this.#random() < 0.7)
        .map(([name, member]) => [name, this.#value(member, depth + 1)] as const);
      const more = this.#random() < 0.08 ? [[this.#pick(TEXTS), this.#strange(depth)] as const] : [];
      return Object.fromEntries([...kept, ...more]);
    }
    if (schema.type === 'array' && this.#random() < 0.8) {
      return Array.from({ length: Math.floor(this.#random() * 4) }, () =>
        this.#value((schema['items'] ?? {}) as Schema, depth + 1),
      );
    }
    if (schema.type === 'string' && this.#random() < 0.7) return this.#text();
    return this.#edge(schema);
  }

  #strange(depth: number): unknown {
    return this.#pick<unknown>([
      null,
      true,
      0,
      -1,
      1.5,
      2 ** 53,
      -0,
      1e308,
      '',
      [],
      {},
      [[]],
      depth,
      this.#text(),
      { toString: 1 },
      { length: -1 },
      [null],
    ]);
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }
}

function stringified(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}
