/** Channels that people add, change and remove; what is secret in them goes in and never comes out. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints, type WireChannelDetail } from '@tattle/contract';
import { invalidBody } from '../body.ts';
import type { ApiPorts } from '../ports.ts';
import { notFound, RequestProblem } from '../problem.ts';
import type { Routes } from '../registry.ts';
import type { ChannelOutcome, ChannelView } from '../runtime-channels.ts';

export function runtimeChannelRoutes(routes: Routes, { channels }: Pick<ApiPorts, 'channels'>): void {
  const { listChannelTypes, previewChannelDraft, createChannel, getChannel, putChannel, deleteChannel } = endpoints;

  routes.add(listChannelTypes, async () => ({
    items: channels
      .types()
      .map(({ type, schema, secrets }) => ({ type, schema: { ...schema }, secrets: [...secrets] })),
  }));

  routes.add(previewChannelDraft, async ({ body: { notice, ...wish } }) => {
    const outcome = await channels.preview(wish, notice);
    if (outcome.kind === 'invalid') throw invalidBody(outcome.problems, previewChannelDraft.bodyHint);
    return outcome.preview;
  });

  routes.add(createChannel, async ({ body, principal, reply }) =>
    done(await channels.create(body, principal.id), body.name, createChannel.bodyHint, reply),
  );

  routes.add(getChannel, async ({ params, reply }) => {
    const channel = await channels.channel(params.name);
    if (channel === null) throw noChannel(params.name);
    return answer(channel, reply);
  });

  routes.add(putChannel, async ({ params: { name }, body: { settings }, principal, request, reply }) =>
    done(await channels.change({ name, settings }, principal.id, expected(request)), name, putChannel.bodyHint, reply),
  );

  routes.add(deleteChannel, async ({ params: { name }, principal, request, reply }) =>
    done(await channels.remove(name, principal.id, expected(request)), name, '', reply),
  );
}

export function noChannel(name: string): RequestProblem {
  return notFound(`There is no channel ${JSON.stringify(name)}.`, 'GET /api/v1/channels lists those that there are.');
}

function expected({ headers }: FastifyRequest): (version: string) => boolean {
  const tag = headers['if-match'];
  return (version) => tag === undefined || tag === '*' || tag === `"${version}"`;
}

function answer({ version, settings, secretsSet, ...channel }: ChannelView, reply: FastifyReply): WireChannelDetail {
  reply.header('etag', `"${version}"`);
  return { ...channel, settings: { ...settings } as WireChannelDetail['settings'], secretsSet: [...secretsSet] };
}

function done(outcome: ChannelOutcome, name: string, hint: string, reply: FastifyReply): WireChannelDetail {
  switch (outcome.kind) {
    case 'done':
      return answer(outcome.channel, reply);
    case 'invalid':
      throw invalidBody(outcome.problems, hint);
    case 'unknown':
      throw noChannel(name);
    case 'stale':
      throw new RequestProblem({
        status: 412,
        title: 'The channel has changed meanwhile',
        detail: 'If-Match does not name the channel as it is now.',
        hint: `Read /api/v1/channels/${name} again, apply your change to that, and send its ETag.`,
      });
    default:
      throw conflict(outcome, name);
  }
}

function conflict(
  outcome: Exclude<ChannelOutcome, { kind: 'done' | 'invalid' | 'unknown' | 'stale' }>,
  name: string,
): RequestProblem {
  const problem = (title: string, detail: string, hint: string) =>
    new RequestProblem({ status: 409, title, detail, hint });
  const owned = 'Change it there and restart, or choose another name here.';
  switch (outcome.kind) {
    case 'taken': {
      const by = outcome.origin === 'configuration' ? 'configuration' : 'somebody who added it';
      const hint =
        outcome.origin === 'configuration'
          ? owned
          : `Choose another name, or PUT /api/v1/channels/${name} to change it.`;
      const errors = [{ path: 'name', message: `is taken already, by ${by}: choose another one` }];
      const detail = `There is a channel ${name} already, by ${by}.`;
      return new RequestProblem({ status: 409, title: 'The name is taken', detail, hint, errors });
    }
    case 'owned':
      return problem('Configuration owns this channel', `${name} is set by environment or configuration file.`, owned);
    case 'routed':
      return problem(
        'A route tells this channel',
        `The configuration’s ${outcome.routes.join(', ')} would tell nobody.`,
        'Take the channel out of the route first, and restart.',
      );
    case 'too-many':
      return problem('Too many channels', `There are ${outcome.most} already.`, 'Delete one that nobody needs.');
    case 'no-key':
      return problem('Secrets cannot be kept', outcome.why, 'Mend that, or set TATTLE_SECRET_KEY, and try again.');
  }
}
