/** What one path of the API takes, answers and asks of whoever calls it: the server, its document, clients and tests are made from these. */
import type { z } from 'zod';
import type { WireRole } from './access.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * `open`: without a credential. `signed`: to whoever signs the request with a key that configuration knows, in place of a credential.
 * `anyone`: whoever is known. Else a role; `applied`: of what the caller may see, the rest is as if it
 * were not there; `watched`: only those whose role holds for all of every watched cluster; `whole`: only those whose role holds everywhere.
 */
export type EndpointAccess =
  | 'open'
  | 'signed'
  | 'anyone'
  | { readonly role: WireRole; readonly scope: 'applied' | 'watched' | 'whole' };

/** By name. An array takes a repeated parameter; numbers are whole and read from text. */
export type QueryShape = Readonly<Record<string, z.ZodType>>;

export interface Endpoint {
  /** The operation's name for clients. */
  readonly id: string;
  readonly method: Method;
  /** With `{name}` for what varies. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: EndpointAccess;
  /** What the variable parts of the path are, for people. */
  readonly params?: Readonly<Record<string, string>>;
  /** Request headers that mean something here, beside those that every path takes, and what they do. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: QueryShape;
  readonly body?: z.ZodType;
  /** Its media type: JSON unless told. */
  readonly bodyType?: string;
  /** Whether the body may be left out. */
  readonly bodyOptional?: boolean;
  /** How a right body looks, for whoever sent a wrong one. */
  readonly bodyHint?: string;
  /** JSON of this shape; else text of these types, the first by default. */
  readonly answer: z.ZodType | readonly string[];
  /** Where `application/json` is one of the types of a text: its shape. */
  readonly jsonText?: z.ZodType;
  /** Of an endless answer: one of its messages. */
  readonly message?: z.ZodType;
  /** Of success, 200 unless said. */
  readonly status?: number;
  /** Answers of this shape, too, with other statuses: what each says. */
  readonly otherStatuses?: Readonly<Record<number, string>>;
  /** Headers of the answer that a client needs, and what they hold. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
  /** The answer holds a secret that is shown once: it is not kept for an Idempotency-Key. */
  readonly secretAnswer?: boolean;
  /** Of a question that is too long for a query: it is asked anew each time, and an Idempotency-Key means nothing. */
  readonly changesNothing?: boolean;
  /**
   * What programs hand in, also as these media types: read item by item, so that one that is wrong takes none of the others along.
   * What is too much is refused with 503, after which all of them try again. `answeredAlike`: those of the types that are answered in
   * the same type, also with what is wrong.
   */
  readonly handedIn?: { readonly types: readonly string[]; readonly answeredAlike?: readonly string[] };
  /** Paths of earlier versions that answer the same. */
  readonly aliases?: readonly string[];
}

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

export type ParamsOf<E extends Endpoint> = Readonly<Record<Names<E['path']>, string>>;
export type QueryOf<E extends Endpoint> = E['query'] extends QueryShape
  ? { readonly [Name in keyof E['query']]: z.output<E['query'][Name]> }
  : Readonly<Record<string, never>>;
export type BodyOf<E extends Endpoint> = E['body'] extends z.ZodType ? z.output<E['body']> : undefined;
/** As a client writes them: what has a default may be left out. */
export type QueryInputOf<E extends Endpoint> = E['query'] extends QueryShape
  ? { readonly [Name in keyof E['query']]?: z.input<E['query'][Name]> | undefined }
  : Readonly<Record<string, never>>;
export type BodyInputOf<E extends Endpoint> = E['body'] extends z.ZodType ? z.input<E['body']> : undefined;
export type AnswerOf<E extends Endpoint> = E['answer'] extends z.ZodType ? z.input<E['answer']> : string;

/** Keeps the exact type. */
export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition;
}
