/** Settings: reading and changing them while Tattle runs. */
import { configPreview, configPreviewRequest } from '../config-preview.ts';
import { endpoint } from '../endpoint.ts';
import { namespaces } from '../event.ts';
import { retentionEstimate } from '../retention-estimate.ts';
import { config, configChange, eventTypesChange, namespacesChange } from '../settings.ts';

/** Who changes settings, and how two people who do so at a time are kept from overwriting each other. */
const changing = {
  access: { role: 'admin', scope: 'watched' },
  headers: { 'If-Match': 'The ETag of the settings that the change is meant for; 412 where they changed meanwhile.' },
} as const;
const answerHeaders = { ETag: 'Of the settings as they are: send it back as If-Match with a change.' };
const SHOWN = 'GET /api/v1/config shows every setting as it is; send only what is to change.';

export const settingsEndpoints = {
  getConfig: endpoint({
    id: 'getConfig',
    method: 'GET',
    path: '/api/v1/config',
    tag: 'Settings',
    summary: 'The settings in force, and which of them configuration owns',
    access: { role: 'viewer', scope: 'watched' },
    answer: config,
    answerHeaders,
    aliases: ['/api/config'],
  }),
  putConfig: endpoint({
    id: 'putConfig',
    method: 'PUT',
    path: '/api/v1/config',
    tag: 'Settings',
    summary: 'Change settings: what is not named stays as it is',
    ...changing,
    body: configChange,
    bodyHint: `Send {"filter": {…}, "retention": {…}}. ${SHOWN}`,
    answer: config,
    answerHeaders,
    aliases: ['/api/config'],
  }),
  putNamespaces: endpoint({
    id: 'putNamespaces',
    method: 'PUT',
    path: '/api/v1/config/namespaces',
    tag: 'Settings',
    summary: 'Choose the namespaces to monitor',
    ...changing,
    body: namespacesChange,
    bodyHint: `Send {"namespaces": "all"} or {"namespaces": ["shop"]}. ${SHOWN}`,
    answer: config,
    answerHeaders,
    aliases: ['/api/config/namespaces'],
  }),
  putEventTypes: endpoint({
    id: 'putEventTypes',
    method: 'PUT',
    path: '/api/v1/config/event-types',
    tag: 'Settings',
    summary: 'Choose the types and reasons of events to keep',
    ...changing,
    body: eventTypesChange,
    bodyHint: `Send {"eventTypes": ["Warning"]}; an empty list keeps every type. ${SHOWN}`,
    answer: config,
    answerHeaders,
    aliases: ['/api/config/event-types'],
  }),
  previewConfig: endpoint({
    id: 'previewConfig',
    method: 'POST',
    path: '/api/v1/config/preview',
    tag: 'Settings',
    summary: 'What other filter rules would keep and drop of what arrived lately; nothing is changed',
    access: { role: 'viewer', scope: 'watched' },
    body: configPreviewRequest,
    bodyHint: `Send {"filter": {"namespaces": ["shop"]}, "hours": 24}. ${SHOWN}`,
    answer: configPreview,
    changesNothing: true,
  }),
  estimateRetention: endpoint({
    id: 'estimateRetention',
    method: 'GET',
    path: '/api/v1/config/retention-estimate',
    tag: 'Settings',
    summary: 'How much disk events take, and how much they are expected to take as long as they are kept',
    access: { role: 'viewer', scope: 'watched' },
    answer: retentionEstimate,
  }),
  listNamespaces: endpoint({
    id: 'listNamespaces',
    method: 'GET',
    path: '/api/v1/namespaces',
    tag: 'Settings',
    summary: 'Namespaces that there are or were, how much is stored and was seen of each, and which are monitored',
    access: { role: 'viewer', scope: 'applied' },
    answer: namespaces,
    aliases: ['/api/namespaces'],
  }),
};
