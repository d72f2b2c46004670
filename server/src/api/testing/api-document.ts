/** The API's document read as a client would read it: one operation for each method and path, with nothing from the contract. */

export interface Schema {
  readonly type?: string | readonly string[];
  readonly [keyword: string]: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

export type DocumentedAccess =
  | 'open'
  | 'signed'
  | 'anyone'
  | { readonly role: string; readonly scope: 'applied' | 'watched' | 'whole' };

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With `{name}` for what varies. */
  readonly path: string;
  readonly access: DocumentedAccess;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly schema: Schema; readonly required: boolean } | null;
  /** By status (`default` for problems), then by media type. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface WrittenOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly 'x-tattle-access': DocumentedAccess;
  readonly parameters?: readonly (Omit<Parameter, 'required'> & { readonly required?: boolean })[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}

export interface ApiDocument {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, WrittenOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export function operationsOf(document: ApiDocument): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, written]) => operationOf(document, method.toUpperCase(), path, written)),
  );
}

function operationOf(document: ApiDocument, method: string, path: string, written: WrittenOperation): Operation {
  const { operationId, parameters = [], requestBody, responses } = written;
  const body = requestBody?.content?.['application/json'];
  return {
    id: operationId,
    method,
    path,
    access: written['x-tattle-access'],
    parameters: parameters.map((parameter) => ({ ...parameter, required: parameter.required ?? false })),
    body:
      body === undefined ? null : { schema: inlined(document, body.schema), required: requestBody?.required ?? false },
    answers: Object.fromEntries(Object.entries(responses).map(([status, answer]) => [status, schemasOf(answer)])),
  };
}

/** What is sent is made from its schema: with every reference in its place. No body refers to itself. */
function inlined<Value>({ components }: ApiDocument, value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_key, member: unknown) => {
    const reference = (member as { $ref?: string } | null)?.$ref;
    const name = reference?.replace('#/components/schemas/', '');
    return name === undefined ? member : inlined({ components } as ApiDocument, components.schemas[name]);
  }) as Value;
}

function schemasOf({ content = {} }: Content): Readonly<Record<string, Schema>> {
  return Object.fromEntries(Object.entries(content).map(([type, { schema }]) => [type, schema]));
}

/** With each `{name}` filled in and encoded. */
export function filledPath({ path }: Pick<Operation, 'path'>, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? `no-${name}`));
}

/** Whether an answer of success has no end. */
export function isEndless({ answers }: Operation): boolean {
  return Object.values(answers).some((types) => 'text/event-stream' in types);
}
