/** Channels that people add, change and remove while Tattle runs. */
import { channelPreview } from '../channel.ts';
import { channelChange, channelDetail, channelDraft, channelTypes, newChannel } from '../channel-settings.ts';
import { endpoint } from '../endpoint.ts';

const admin = { role: 'admin', scope: 'whole' } as const;
const params = { name: 'Its name.' };
const answerHeaders = { ETag: 'Of the channel as it is: send it back as If-Match with a change.' };
const headers = {
  'If-Match': 'The ETag of the channel that the change is meant for; 412 where it changed meanwhile.',
};
const LISTED = 'GET /api/v1/channel-types says what each type takes.';

export const channelEndpoints = {
  listChannelTypes: endpoint({
    id: 'listChannelTypes',
    method: 'GET',
    path: '/api/v1/channel-types',
    tag: 'Channels',
    summary: 'Kinds of channels, and what can be set for each',
    access: { role: 'viewer', scope: 'watched' },
    answer: channelTypes,
  }),
  createChannel: endpoint({
    id: 'createChannel',
    method: 'POST',
    path: '/api/v1/channels',
    tag: 'Channels',
    summary: 'Add a channel',
    description:
      'It works within a second on every replica, and over restarts. Its target may lie inside the network only where `outgoing.allow` of the configuration lists it.',
    access: admin,
    body: newChannel,
    bodyHint: `Send {"type": "discord", "name": "team-shop", "settings": {"webhookUrl": "…"}}. ${LISTED}`,
    answer: channelDetail,
    answerHeaders,
    status: 201,
  }),
  previewChannelDraft: endpoint({
    id: 'previewChannelDraft',
    method: 'POST',
    path: '/api/v1/channel-preview',
    tag: 'Channels',
    summary: 'What a channel would send, before it is added or changed; nothing is sent or kept',
    access: admin,
    body: channelDraft,
    bodyHint: `Send {"type": "discord", "name": "team-shop", "settings": {"webhookUrl": "…"}, "notice": "opened"}. ${LISTED}`,
    answer: channelPreview,
    changesNothing: true,
  }),
  getChannel: endpoint({
    id: 'getChannel',
    method: 'GET',
    path: '/api/v1/channels/{name}',
    tag: 'Channels',
    summary: 'A channel and its settings; of secret ones, whether they are set',
    access: admin,
    params,
    answer: channelDetail,
    answerHeaders,
  }),
  putChannel: endpoint({
    id: 'putChannel',
    method: 'PUT',
    path: '/api/v1/channels/{name}',
    tag: 'Channels',
    summary: 'Change the settings of a channel that was added at run time',
    description:
      'Secret settings that are left out stay as they are, unless the channel would then send them elsewhere: those have to be given again. A channel that was switched off is on again.',
    access: admin,
    params,
    headers,
    body: channelChange,
    bodyHint: `Send {"settings": {…}}. ${LISTED}`,
    answer: channelDetail,
    answerHeaders,
  }),
  deleteChannel: endpoint({
    id: 'deleteChannel',
    method: 'DELETE',
    path: '/api/v1/channels/{name}',
    tag: 'Channels',
    summary: 'Remove a channel that was added at run time: what was on its way is given up',
    description: 'One that a route of the configuration names stays until the route lets go of it.',
    access: admin,
    params,
    headers,
    answer: channelDetail,
  }),
};
