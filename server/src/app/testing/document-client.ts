/** A client that knows the API from its document alone: what it sends is made from the document, what it gets is held against it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {
  type ApiDocument,
  filledPath,
  isEndless,
  type Operation,
  operationsOf,
  type Schema,
} from '../../api/testing/api-document.ts';
import type { SignedRequest } from '../../model/button.ts';
import { sampleValue } from '../../api/testing/sample-value.ts';

/** Whatever the document describes: what reads it is a test. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Asked {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  /** In place of `body`: as it is, with the headers that are made for it. */
  readonly signed?: SignedRequest;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where it is no JSON. */
  readonly json: Json;
}

export class DocumentClient {
  readonly operations: readonly Operation[];
  /** Operations that were answered with success. */
  readonly succeeded = new Set<string>();
  /** Where an answer was not as the document says. */
  readonly violations: string[] = [];
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<Schema, ValidateFunction>();

  constructor(origin: string, document: ApiDocument, headers: Readonly<Record<string, string>>) {
    this.#origin = origin;
    this.#headers = headers;
    this.operations = operationsOf(document);
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    // @ts-expect-error its types are those of CommonJS.
    addFormats(this.#ajv);
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      this.#ajv.addSchema(closed(schema), `#/components/schemas/${name}`);
    }
  }

  operation(id: string): Operation {
    const found = this.operations.find((operation) => operation.id === id);
    if (found === undefined) throw new Error(`the document has no operation ${id}`);
    return found;
  }

  async call(id: string, asked: Asked = {}): Promise<Told> {
    const operation = this.operation(id);
    const { path = {}, query = '', headers = {}, signed } = asked;
    const body =
      'body' in asked ? asked.body : operation.body === null ? undefined : sampleValue(operation.body.schema);
    const leaving = new AbortController();
    const response = await fetch(`${this.#origin}${filledPath(operation, path)}${query}`, {
      method: operation.method,
      headers: {
        ...this.#headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
        ...(signed?.headers as Record<string, string> | undefined),
      },
      ...(signed === undefined ? {} : { body: Buffer.from(signed.body) }),
      ...(signed !== undefined || body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: leaving.signal,
    });
    const text = isEndless(operation) && response.ok ? await beginning(response, leaving) : await response.text();
    const told = { status: response.status, headers: response.headers, text, json: jsonOf(text) };
    this.#hold(operation, told);
    if (response.ok) this.succeeded.add(id);
    return told;
  }

  #hold({ id, answers }: Operation, { status, headers, text, json }: Told): void {
    const types = answers[String(status)] ?? answers['default'] ?? {};
    const type = (headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '';
    const schema = types[type];
    if (schema === undefined) {
      this.violations.push(`${id} ${status}: ${type} is not documented: ${text.slice(0, 300)}`);
      return;
    }
    if (!/^application\/(problem\+)?json$/.test(type)) return;
    const validate = this.#validator(schema);
    if (!validate(json)) {
      const errors = (validate.errors ?? [])
        .slice(0, 4)
        .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
      this.violations.push(`${id} ${status}: ${errors.join('; ')}`);
    }
  }

  #validator(schema: Schema): ValidateFunction {
    const known = this.#validators.get(schema) ?? this.#ajv.compile(closed(schema));
    this.#validators.set(schema, known);
    return known;
  }
}

/** An object holds what its schema names and nothing else: what a client was not told of is a leak or a forgotten word. */
function closed<Value>(schema: Value): Value {
  if (Array.isArray(schema)) return schema.map(closed) as Value;
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.fromEntries(Object.entries(schema).map(([name, member]) => [name, closed(member)]));
  const isObject = members['type'] === 'object' && 'properties' in members && !('additionalProperties' in members);
  return (isObject ? { ...members, additionalProperties: false } : members) as Value;
}

async function beginning(response: Response, leaving: AbortController): Promise<string> {
  const reader = response.body?.getReader();
  const first = await Promise.race([reader?.read(), sleep(2000)]);
  leaving.abort();
  return new TextDecoder().decode(first === undefined ? undefined : first.value);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
