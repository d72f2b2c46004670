/** Settings: reading and changing them while Tattle runs. */
import { endpoint } from '../endpoint.ts';
import { namespaces } from '../event.ts';
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
  listNamespaces: endpoint({
    id: 'listNamespaces',
    method: 'GET',
    path: '/api/v1/namespaces',
    tag: 'Settings',
    summary: 'Namespaces, how much is stored of each, and which are monitored',
    access: { role: 'viewer', scope: 'applied' },
    answer: namespaces,
    aliases: ['/api/namespaces'],
  }),
};
