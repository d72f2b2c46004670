/** One operation of the API's document: who may call it, what it takes, what it answers. */
import { type Endpoint, type EndpointAccess, problem } from '@tattle/contract';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponsesObject } from 'zod-openapi';

const IDEMPOTENCY = z.string().min(1).max(200).optional().meta({
  description: 'Any text without blanks, new for each change: a retry with the same key changes nothing twice.',
});

/** `older`: under a path of an earlier version. */
export function operationOf(endpoint: Endpoint, older: boolean): ZodOpenApiOperationObject {
  const { id, tag, summary, access, query, body, bodyType = 'application/json', bodyOptional = false } = endpoint;
  const path = paramsOf(endpoint);
  const header = headersOf(endpoint);
  return {
    operationId: older ? `${id}Older` : id,
    tags: [tag],
    summary,
    description: descriptionOf(endpoint, older),
    ...(older ? { deprecated: true } : {}),
    security: access === 'open' || access === 'signed' ? [] : [{ bearer: [] }, { session: [] }],
    'x-tattle-access': access,
    requestParams: {
      ...(path === null ? {} : { path }),
      ...(query === undefined ? {} : { query: z.object(query) }),
      ...(header === null ? {} : { header }),
    },
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !bodyOptional,
            content: { [bodyType]: { schema: body }, ...bytesOf(endpoint.handedIn?.types) },
          },
        }),
    responses: responsesOf(endpoint),
  };
}

function descriptionOf({ description, access, path }: Endpoint, older: boolean): string {
  const sentences = [
    ...(description === undefined ? [] : [description]),
    whoMay(access),
    ...(older ? [`The path of an earlier version: use ${path}.`] : []),
  ];
  return sentences.join('\n\n');
}

function whoMay(access: EndpointAccess): string {
  if (access === 'open') return 'Takes no credential.';
  if (access === 'signed') return 'Takes a signature in place of a credential: without a good one, 401.';
  if (access === 'anyone') return 'Takes any good credential, whatever its roles.';
  const where = {
    applied: 'and answers for where the caller has it',
    watched: 'for all of every watched cluster',
    whole: 'everywhere',
  };
  return `Takes the role ${access.role}, ${where[access.scope]}.`;
}

function headersOf({ method, access, changesNothing = method === 'GET', headers = {} }: Endpoint) {
  const named = Object.entries(headers).map(([name, about]) => [name, z.string().optional().describe(about)] as const);
  // What is signed names itself.
  const all = changesNothing || access === 'signed' ? named : [...named, ['Idempotency-Key', IDEMPOTENCY] as const];
  return all.length === 0 ? null : z.object(Object.fromEntries(all));
}

function responsesOf(endpoint: Endpoint): ZodOpenApiResponsesObject {
  const { status = 200, otherStatuses = {}, answerHeaders = {} } = endpoint;
  const alike = bytesOf(endpoint.handedIn?.answeredAlike);
  const content = { ...contentOf(endpoint), ...alike };
  const headers = Object.entries(answerHeaders).map(([name, about]) => [name, z.string().describe(about)] as const);
  return {
    [`${status}`]: {
      description: 'As asked.',
      ...(headers.length === 0 ? {} : { headers: z.object(Object.fromEntries(headers)) }),
      content,
    },
    ...Object.fromEntries(
      Object.entries(otherStatuses).map(([code, about]) => [code, { description: about, content }]),
    ),
    default: {
      description: 'What is wrong, and how to mend it.',
      content: { 'application/problem+json': { schema: problem }, ...alike },
    },
  };
}

/** Whatever they hold, it is text or bytes to a client made from this document. */
function bytesOf(types: readonly string[] = []) {
  return Object.fromEntries(types.map((type) => [type, { schema: z.string() }]));
}

function contentOf({ answer, message, jsonText }: Endpoint) {
  if (answer instanceof z.ZodType) return { 'application/json': { schema: answer } };
  const schemaOf = (type: string) => (type === 'application/json' ? jsonText : undefined) ?? message ?? z.string();
  return Object.fromEntries(answer.map((type) => [type, { schema: schemaOf(type) }]));
}

function paramsOf({ path, params = {} }: Endpoint) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  if (names.length === 0) return null;
  return z.object(
    Object.fromEntries(
      names.map((name) => [
        name,
        z
          .string()
          .min(1)
          .meta({ description: params[name] ?? name }),
      ]),
    ),
  );
}
