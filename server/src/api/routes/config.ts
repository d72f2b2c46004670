/** The settings that people change while Tattle runs. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  configChange,
  eventTypesChange,
  namespacesChange,
  type WireConfig,
  type WireFilterPatch,
} from '@tattle/contract';
import type { FilterSettings } from '../../model/settings.ts';
import { invalidBody, readBody } from '../body.ts';
import { Parameters } from '../parameters.ts';
import type { ApiPorts, SettingsView } from '../ports.ts';
import { RequestProblem } from '../problem.ts';

const HINT = 'GET /api/v1/config shows every setting as it is; send only what is to change.';

export function configRoutes(server: FastifyInstance, { settings }: Pick<ApiPorts, 'settings'>): void {
  const change = async (request: FastifyRequest, reply: FastifyReply, patch: WireFilterPatch): Promise<WireConfig> => {
    new Parameters(request.url, []);
    const expected = request.headers['if-match'];
    if (expected !== undefined && expected !== '*' && expected !== entityTag(settings.view())) throw changedMeanwhile();
    const outcome = await settings.change(presentOnly(patch), request.actor ?? 'unknown');
    if (outcome.kind === 'locked') throw locked(outcome.locked);
    if (outcome.kind === 'invalid') throw invalidBody(outcome.problems, HINT);
    return answer(reply, outcome.view);
  };

  server.get('/api/v1/config', async (request, reply) => {
    new Parameters(request.url, []);
    return answer(reply, settings.view());
  });
  server.put('/api/v1/config', (request, reply) =>
    change(request, reply, readBody(request.body, configChange, `Send {"filter": {…}}. ${HINT}`).filter),
  );
  server.put('/api/v1/config/namespaces', (request, reply) =>
    change(
      request,
      reply,
      nonEmpty(readBody(request.body, namespacesChange, 'Send {"namespaces": "all"} or {"namespaces": ["shop"]}.')),
    ),
  );
  server.put('/api/v1/config/event-types', (request, reply) =>
    change(
      request,
      reply,
      nonEmpty(
        readBody(request.body, eventTypesChange, 'Send {"eventTypes": ["Warning"]}; an empty list keeps every type.'),
      ),
    ),
  );
}

function answer(reply: FastifyReply, view: SettingsView): WireConfig {
  reply.header('etag', entityTag(view));
  const { namespaces } = view.filter;
  return {
    filter: {
      ...view.filter,
      namespaces: namespaces === 'all' ? 'all' : [...namespaces],
      excludedNamespaces: [...view.filter.excludedNamespaces],
      eventTypes: [...view.filter.eventTypes],
      includeReasons: [...view.filter.includeReasons],
      excludeReasons: [...view.filter.excludeReasons],
      includeKinds: [...view.filter.includeKinds],
      excludeKinds: [...view.filter.excludeKinds],
      includeComponents: [...view.filter.includeComponents],
      excludeComponents: [...view.filter.excludeComponents],
    },
    locked: [...view.locked],
    notices: [...view.notices],
  };
}

function entityTag(view: SettingsView): string {
  return `"${createHash('sha256').update(JSON.stringify(view.filter)).digest('base64url').slice(0, 22)}"`;
}

function nonEmpty(patch: WireFilterPatch): WireFilterPatch {
  if (Object.keys(patch).length > 0) return patch;
  throw invalidBody([{ path: '', message: 'names no setting' }], HINT);
}

/** The contract says `undefined` where the model leaves a member out. */
function presentOnly(patch: WireFilterPatch): Partial<FilterSettings> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

function locked(settings: readonly { readonly path: string; readonly by: string }[]): RequestProblem {
  return new RequestProblem({
    status: 409,
    title: 'Configuration owns this setting',
    detail: settings.map(({ path, by }) => `${path} is set by ${by}`).join('; '),
    hint: 'Change it there and restart, or take it out there to change it here.',
    errors: settings.map(({ path, by }) => ({ path, message: `is set by ${by}` })),
  });
}

function changedMeanwhile(): RequestProblem {
  return new RequestProblem({
    status: 412,
    title: 'The settings have changed meanwhile',
    detail: 'If-Match does not name the settings as they are now.',
    hint: 'Read /api/v1/config again, apply your change to that, and send its ETag.',
  });
}
