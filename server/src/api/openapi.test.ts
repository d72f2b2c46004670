import { Validator } from '@seriousme/openapi-schema-validator';
import {
  category,
  deliveryStatus,
  facetField,
  filterField,
  incidentField,
  incidentState,
  role,
  severity,
  type evidence,
  type noticeKind,
} from '@tattle/contract';
import { expect, test } from 'vitest';
import { ROLES } from '../model/access.ts';
import { CATEGORIES, SEVERITIES } from '../model/cluster-event.ts';
import type { DeliveryStatus, NoticeKind } from '../model/delivery.ts';
import type { EvidenceKind, IncidentState } from '../model/incident.ts';
import { FACET_FIELDS, FILTER_FIELDS, INCIDENT_FIELDS } from '../model/query.ts';
import { openApiDocument } from './openapi.ts';
import { type ApiDocument, operationsOf, type Schema } from './testing/api-document.ts';
import { servedRoutes } from './testing/served-routes.ts';
import { startApi } from './testing/start-api.ts';
import { tinyUi } from './ui/testing/tiny-ui.ts';

const document = openApiDocument('1.2.3') as ApiDocument;
const operations = operationsOf(document);

/** What is written for people, not for programs. */
const PAGES = /^(GET|HEAD) \/($|\*$|tattle$|api\/v1\/docs|auth\/(login|callback)$)/;

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate({ ...structuredClone(document) });
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

test('the document that is served is the one that the contract makes, the same each time', async () => {
  const { get } = await startApi({ ports: { version: '1.2.3' } });
  const served = await get('/api/v1/openapi.json');
  expect(served.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(served.text).toBe(JSON.stringify(document));
  expect(JSON.stringify(openApiDocument('1.2.3'))).toBe(served.text);
});

test('every path that is documented is served', async () => {
  const served = await servedRoutes(() => startApi());
  const forgotten = operations.map(({ method, path }) => `${method} ${path}`).filter((route) => !served.has(route));
  expect(forgotten).toEqual([]);
});

test('every path that is served is documented, or one of the few pages for people', async () => {
  const documented = new Set(operations.map(({ method, path }) => `${method} ${path}`));
  const ui = await tinyUi();
  const served = await servedRoutes(() => startApi({ ports: { ui, basePath: '/tattle' } }));
  expect(served).toContain('GET /*');
  expect(served.size).toBeGreaterThan(operations.length);
  const strangers = [...served].filter(
    (route) => !documented.has(route) && !documented.has(route.replace(/^HEAD /, 'GET ')) && !PAGES.test(route),
  );
  expect(strangers).toEqual([]);
});

test('operation ids are unique, and every operation says who may call it', () => {
  const ids = operations.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  for (const { id, access } of operations) {
    if (typeof access === 'string') expect(['open', 'signed', 'anyone'], id).toContain(access);
    else
      expect(
        [ROLES.includes(access.role as never), ['applied', 'watched', 'whole'].includes(access.scope)],
        id,
      ).toEqual([true, true]);
  }
});

test('who needs no credential is said by the security of each operation, too', () => {
  for (const { id, method, path, access } of operations) {
    const { security } = document.paths[path]?.[method.toLowerCase()] as { security?: readonly object[] };
    expect(security, id).toEqual(access === 'open' || access === 'signed' ? [] : [{ bearer: [] }, { session: [] }]);
  }
});

test('nothing that changes something is open, and what only reads is a GET', () => {
  for (const { id, method, access } of operations) if (method !== 'GET') expect(access, id).not.toBe('open');
});

test('every variable part of a path is a required parameter, and no other is in the path', () => {
  for (const { id, path, parameters } of operations) {
    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map(({ name }) => name).sort(), id).toEqual(
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort(),
    );
    expect(
      inPath.every(({ required }) => required),
      id,
    ).toBe(true);
  }
});

test('every parameter, body and answer has a type all the way down', () => {
  const untyped: string[] = [];
  for (const { id, parameters, body, answers } of operations) {
    for (const { name, schema } of parameters) lookForUntyped(schema, `${id} ${name}`, untyped);
    if (body !== null) lookForUntyped(body.schema, `${id} body`, untyped);
    for (const [status, types] of Object.entries(answers)) {
      for (const schema of Object.values(types)) lookForUntyped(schema, `${id} ${status}`, untyped);
    }
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) lookForUntyped(schema, name, untyped);
  // What is taken and ignored, what an audit entry tells beside its action, a schema, and the document itself.
  const free = [
    'putConfig body.locked',
    'putConfig body.notices',
    'putConfigOlder body.locked',
    'putConfigOlder body.notices',
    // Read by the policy itself, which says what is wrong where.
    'tryNotifyPolicy body.notify',
  ];
  expect(untyped.filter((place) => !free.includes(place))).toEqual([
    'openapi 200.*',
    'ChannelType.schema.*',
    'AuditEntry.detail.*',
  ]);
});

test('every parameter says what it is, or which values it takes', () => {
  const silent = operations.flatMap(({ id, parameters }) =>
    parameters
      .filter(({ description, schema }) => description === undefined && !/"(enum|const)":/.test(JSON.stringify(schema)))
      .map(({ name }) => `${id} ${name}`),
  );
  expect(silent).toEqual([]);
});

test('answers may gain members, requests may not hold unknown ones', () => {
  const { Event, Grant } = document.components.schemas;
  expect(Event).not.toHaveProperty('additionalProperties');
  expect((Event?.['properties'] as Record<string, Schema>)['object']).not.toHaveProperty('additionalProperties');
  expect(Grant).toHaveProperty('additionalProperties', false);
  expect(operations.find(({ id }) => id === 'createToken')?.body?.schema).toHaveProperty('additionalProperties', false);
});

test('every tag says what its paths are about', () => {
  const used = Object.values(document.paths).flatMap((methods) => Object.values(methods).flatMap(({ tags }) => tags));
  expect(document.tags.map(({ name }) => name).sort()).toEqual([...new Set(used)].sort());
  expect(document.tags.every(({ description }) => description.length > 0)).toBe(true);
});

test('what a client needs beside the body is documented: the ETag of settings, where a stream goes on, an answer of 503', () => {
  const headersOf = (id: string) =>
    operations
      .find((operation) => operation.id === id)
      ?.parameters.filter((parameter) => parameter.in === 'header')
      .map(({ name }) => name);
  expect(headersOf('putNamespaces')).toEqual(['If-Match', 'Idempotency-Key']);
  expect(headersOf('stream')).toEqual(['Last-Event-ID']);
  expect(document.paths['/api/v1/config']?.['get']?.responses['200']).toHaveProperty('headers.ETag');
  expect(operations.find(({ id }) => id === 'readyz')?.answers).toHaveProperty('503');
});

test('every failure is a problem with a hint and a request id', () => {
  for (const { id, answers } of operations) {
    const problem = answers['default']?.['application/problem+json'];
    expect(problem?.['required'] ?? resolved(problem)['required'], id).toEqual(
      expect.arrayContaining(['title', 'status', 'hint', 'requestId']),
    );
  }
});

test('the document names no host of its own', () => {
  expect(document.servers).toEqual([{ url: '../..' }]);
  expect(JSON.stringify(document)).not.toMatch(/https?:\/\//);
});

test('the lists of the contract are those of the model', () => {
  expect(severity.options).toEqual(SEVERITIES);
  expect(category.options).toEqual(CATEGORIES);
  expect(role.options).toEqual(ROLES);
  expect(facetField.options).toEqual(FACET_FIELDS);
  expect([...filterField.options].sort()).toEqual([...FILTER_FIELDS].sort());
  expect(incidentField.options).toEqual(INCIDENT_FIELDS);
  // Types alone in the model: the compiler compares them.
  const states: Same<(typeof incidentState.options)[number], IncidentState> = true;
  const statuses: Same<(typeof deliveryStatus.options)[number], DeliveryStatus> = true;
  const kinds: Same<(typeof noticeKind.options)[number], NoticeKind> = true;
  const pieces: Same<(typeof evidence.shape.kind.options)[number], EvidenceKind> = true;
  expect([states, statuses, kinds, pieces]).toEqual([true, true, true, true]);
});

test.each([
  ['listEvents', 'severity', [...SEVERITIES, ...SEVERITIES.map((value) => `!${value}`)]],
  ['listEvents', 'category', [...CATEGORIES, ...CATEGORIES.map((value) => `!${value}`)]],
  ['listIncidents', 'state', incidentState.options.flatMap((value) => [value, `!${value}`])],
  ['eventFacets', 'field', [...FACET_FIELDS]],
  ['eventAggregate', 'by', [...FILTER_FIELDS]],
  ['incidentFacets', 'field', [...INCIDENT_FIELDS]],
  ['listDeliveries', 'status', [...deliveryStatus.options]],
])('%s says which values %s takes', (id, name, values) => {
  const schema = operations
    .find((operation) => operation.id === id)
    ?.parameters.find((one) => one.name === name)?.schema;
  const { items } = schema as { readonly items: { readonly enum: readonly string[] } };
  expect([...items.enum].sort()).toEqual([...values].sort());
});

test('every filter of the model is a parameter of the lists', () => {
  const namesOf = (id: string) =>
    operations.find((operation) => operation.id === id)?.parameters.map(({ name }) => name);
  expect(namesOf('listEvents')).toEqual(expect.arrayContaining([...FILTER_FIELDS]));
  expect(namesOf('listIncidents')).toEqual(expect.arrayContaining([...INCIDENT_FIELDS]));
});

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

function resolved(schema: Schema | undefined): Schema {
  const name = /^#\/components\/schemas\/(\w+)$/.exec(String(schema?.['$ref']))?.[1] ?? '';
  return document.components.schemas[name] ?? {};
}

function lookForUntyped(schema: Schema, place: string, found: string[]): void {
  const { type, properties, items, additionalProperties } = schema;
  const choices = (schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']) as readonly Schema[] | undefined;
  for (const choice of choices ?? []) lookForUntyped(choice, place, found);
  for (const [name, member] of Object.entries((properties ?? {}) as Record<string, Schema>)) {
    lookForUntyped(member, `${place}.${name}`, found);
  }
  if (type === 'array') lookForUntyped((items ?? {}) as Schema, `${place}[]`, found);
  if (typeof additionalProperties === 'object') lookForUntyped(additionalProperties as Schema, `${place}.*`, found);
  if (type === undefined && choices === undefined && !('$ref' in schema)) found.push(place);
}
