/** The API's document, OpenAPI 3.1, made from the contract. */
import { type Endpoint, endpoints } from '@tattle/contract';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiOverride,
} from 'zod-openapi';
import { isFields } from '../kit/fields.ts';
import { operationOf } from './openapi-operation.ts';

const ABOUT = `Everything that Tattle shows is asked for here; so is everything that it lets people do.

Lists answer \`{items, nextCursor, partial}\`: send \`nextCursor\` as \`cursor\`, with the same filters, for the next page; \`partial\` says that a time budget ran out before the page was full. Values of a repeated parameter are OR-ed, parameters are AND-ed, a leading \`!\` negates where nothing else is said. Errors are RFC 9457 problems with a hint; 429 and 503 say in \`Retry-After\` how many seconds to wait. Answers gain members from version to version: leave aside those that you do not know.

What lies outside of the caller's scope is as if it were not there: it is in no list and no count of events and incidents, and its ids answer 404.

Every write but those of chats takes an \`Idempotency-Key\`: sent again within a day, it is answered as it was the first time, and not done again. What showed a secret answers 409 then.`;

/** What a tag's paths are about. */
const TAGS: Readonly<Record<string, string>> = {
  Incidents: 'What broke, why, and what people do about it.',
  Events: 'What Kubernetes and the state of objects told, beyond the hour for which the cluster keeps it.',
  Places: 'What happened to objects, whatever told of it.',
  Live: 'What changes, without asking again and again.',
  Intake: 'What others hand in: alerts, CloudEvents, an application’s own words, logs.',
  Interactions: 'What people press under messages in a chat.',
  Deliveries: 'Who was told.',
  Silences: 'What nobody is told of for a while.',
  Channels: 'Where notices go, and the rules and routes that lead there.',
  Sinks: 'Where what is stored is streamed to, and what the other side refused.',
  Settings: 'What is kept, and for how long.',
  Status: 'Whether Tattle itself is well.',
  Access: 'Who the caller is; sessions and tokens.',
  Audit: 'Who did or decided what.',
  Documentation: 'This document; /api/v1/docs shows it to people.',
};

export function openApiDocument(version: string): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const endpoint of Object.values<Endpoint>(endpoints)) {
    for (const path of [endpoint.path, ...(endpoint.aliases ?? [])]) {
      const older = path !== endpoint.path;
      (paths[path] ??= {})[endpoint.method.toLowerCase()] = operationOf(endpoint, older);
    }
  }
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: { title: 'Tattle', version, description: ABOUT, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    // From the document's own path, so that it holds below any prefix.
    servers: [{ url: '../..' }],
    tags: Object.entries(TAGS).map(([name, about]) => ({ name, description: about })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of Tattle, of the OpenID provider, or of the cluster.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-tattle_session',
          description: 'Of a signed-in browser. Over plain http it is tattle_session_PORT.',
        },
      },
    },
  };
  return JSON.parse(JSON.stringify(createDocument(document, { override: leaveAnswersOpen })), plainReference) as object;
}

/** Answers gain members over time: a client that was made from this document must not refuse them. */
function leaveAnswersOpen({ jsonSchema, zodSchema, io }: Parameters<ZodOpenApiOverride>[0]): void {
  const { def } = zodSchema._zod;
  if (io === 'output' && def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
}

/** A reference that says more than its target keeps what the library compared before the target was opened. */
function plainReference(_name: string, member: unknown): unknown {
  if (!isFields(member) || typeof member['$ref'] !== 'string') return member;
  const { additionalProperties: _closed, ...reference } = member;
  return reference;
}
