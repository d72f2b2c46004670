/** The settings that people change while Tattle runs. */
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { endpoints, type WireConfig, type WireFilterPatch, type WireRetentionPatch } from '@tattle/contract';
import type { SettingsPatch } from '../../model/settings.ts';
import { invalidBody } from '../body.ts';
import type { ApiPorts, SettingsView } from '../ports.ts';
import { RequestProblem } from '../problem.ts';
import type { Call, Routes } from '../registry.ts';

export function configRoutes(routes: Routes, { settings }: Pick<ApiPorts, 'settings'>): void {
  const change = async ({ request, reply, principal }: ChangeCall, wish: Wish, hint: string): Promise<WireConfig> => {
    const patch = patchOf(wish, hint);
    const tag = request.headers['if-match'];
    const expected = (view: SettingsView) => tag === undefined || tag === '*' || tag === entityTag(view);
    const outcome = await settings.change(patch, principal.id, expected);
    switch (outcome.kind) {
      case 'stale':
        throw changedMeanwhile();
      case 'locked':
        throw locked(outcome.locked);
      case 'invalid':
        throw invalidBody(outcome.problems, hint);
      case 'saved':
        return answer(reply, outcome.view);
    }
  };

  const { getConfig, putConfig, putNamespaces, putEventTypes } = endpoints;
  routes.add(getConfig, async ({ reply }) => answer(reply, settings.view()));
  routes.add(putConfig, (call) => change(call, call.body, putConfig.bodyHint));
  routes.add(putNamespaces, (call) => change(call, { filter: call.body }, putNamespaces.bodyHint));
  routes.add(putEventTypes, (call) => change(call, { filter: call.body }, putEventTypes.bodyHint));
}

type ChangeCall = Pick<Call<typeof endpoints.getConfig>, 'request' | 'reply' | 'principal'>;

interface Wish {
  readonly filter?: WireFilterPatch | undefined;
  readonly retention?: WireRetentionPatch | undefined;
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
    retention: { ...view.retention },
    locked: [...view.locked],
    notices: [...view.notices],
  };
}

function entityTag(view: SettingsView): string {
  return `"${createHash('sha256')
    .update(JSON.stringify([view.filter, view.retention]))
    .digest('base64url')
    .slice(0, 22)}"`;
}

/** Throws `RequestProblem` for a change of nothing: a misplaced setting must not look saved. */
function patchOf({ filter = {}, retention = {} }: Wish, hint: string): SettingsPatch {
  const patch = { filter: presentOnly(filter), retention: presentOnly(retention) };
  if (Object.keys(patch.filter).length + Object.keys(patch.retention).length > 0) return patch;
  throw invalidBody([{ path: '', message: 'names no setting' }], hint);
}

/** The contract says `undefined` where the model leaves a member out. */
export function presentOnly<Members extends object>(patch: Members): Present<Members> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Present<Members>;
}

type Present<Members> = { [Name in keyof Members]?: Exclude<Members[Name], undefined> };

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
