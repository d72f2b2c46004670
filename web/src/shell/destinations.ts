/** The places of the navigation, and the key that follows `g` to each. */
import type { Component } from 'svelte';
import Activity from '@lucide/svelte/icons/activity';
import ChartNoAxesColumn from '@lucide/svelte/icons/chart-no-axes-column';
import Flame from '@lucide/svelte/icons/flame';
import List from '@lucide/svelte/icons/list';
import Send from '@lucide/svelte/icons/send';
import Settings from '@lucide/svelte/icons/settings';
import Waypoints from '@lucide/svelte/icons/waypoints';

export interface Destination {
  readonly path: string;
  readonly title: string;
  readonly icon: Component;
  readonly key: string;
  /** What one finds there, for the palette. */
  readonly about: string;
}

export const destinations: readonly Destination[] = [
  { path: '/', title: 'Now', icon: Activity, key: 'n', about: 'What is broken, and whether Tattle is watching' },
  { path: '/incidents', title: 'Incidents', icon: Flame, key: 'i', about: 'What was and is wrong' },
  { path: '/events', title: 'Events', icon: List, key: 'e', about: 'All that was kept, with counts' },
  { path: '/timeline', title: 'Timeline', icon: Waypoints, key: 't', about: 'What happened in which order' },
  { path: '/patterns', title: 'Patterns', icon: ChartNoAxesColumn, key: 'p', about: 'What repeats, and what differs' },
  { path: '/deliveries', title: 'Deliveries', icon: Send, key: 'd', about: 'Who was told, and who could not be' },
  {
    path: '/settings',
    title: 'Settings',
    icon: Settings,
    key: 's',
    about: 'Namespaces, notifications, silences, access',
  },
];

/** Whether a path lies at a destination or below it. */
export function isAt(path: string, { path: at }: Destination): boolean {
  return at === '/' ? path === '/' : path === at || path.startsWith(`${at}/`);
}
