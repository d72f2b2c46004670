/** Every page, loaded when it is first opened. */
import type { Route } from './address/routes.ts';

export const routes: readonly Route[] = [
  { pattern: '/', load: () => import('./pages/now/NowPage.svelte') },
  { pattern: '/incidents', load: () => import('./pages/incidents/IncidentsPage.svelte') },
  { pattern: '/incidents/:id', load: () => import('./pages/incident/IncidentPage.svelte') },
  { pattern: '/events', load: () => import('./pages/events/EventsPage.svelte') },
  { pattern: '/timeline', load: () => import('./pages/timeline/TimelinePage.svelte') },
  { pattern: '/object', load: () => import('./pages/object/ObjectPage.svelte') },
  { pattern: '/patterns', load: () => import('./pages/patterns/PatternsPage.svelte') },
  { pattern: '/deliveries', load: () => import('./pages/deliveries/DeliveriesPage.svelte') },
  { pattern: '/settings', load: () => import('./pages/settings/SettingsPage.svelte') },
  { pattern: '/settings/:section', load: () => import('./pages/settings/SettingsPage.svelte') },
  { pattern: '/start', load: () => import('./pages/first-run/FirstRunPage.svelte') },
];
