/** What the palette offers for the words that are typed: pages, what is broken, and looking for the words themselves. */
import type { WireIncident } from '@tattle/contract';
import { linkTo } from '../address/link.ts';
import { conditionWords } from '../design/condition-words.ts';
import { objectName } from '../design/object-place.ts';
import { type Destination, destinations } from './destinations.ts';

export interface Offer {
  /** Unique among the offers. */
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly href: string;
}

/** Pages whose title or description holds every word. */
export function pagesFor(words: string): readonly Destination[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return destinations.filter(({ title, about }) => {
    const text = `${title} ${about}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

export function incidentOffers(incidents: readonly WireIncident[]): readonly Offer[] {
  return incidents.map(({ id, condition, root, clusterName, state }) => ({
    id: `incident ${id}`,
    title: `${conditionWords(condition)}: ${objectName(root)}`,
    about: state === 'resolved' ? `resolved, in ${clusterName}` : `in ${clusterName}`,
    href: linkTo(`/incidents/${encodeURIComponent(id)}`),
  }));
}

/** What lies within the settings, by the words people use for it. */
const WITHIN_SETTINGS = [
  { path: '/settings/namespaces', title: 'Namespaces', about: 'choose what is monitored' },
  { path: '/settings/event-types', title: 'Event types', about: 'filter reasons and kinds' },
  { path: '/settings/retention', title: 'Retention', about: 'how long events are kept, disk' },
  { path: '/settings/channels', title: 'Channels', about: 'notifications: test Slack, Discord, e-mail, webhook' },
  { path: '/settings/silences', title: 'Silences', about: 'notifications: mute, snooze, maintenance' },
  { path: '/settings/routes', title: 'Rules and routes', about: 'notifications: who is told of what' },
  { path: '/settings/try', title: 'Try on the past', about: 'notifications: who would have been told' },
  { path: '/settings/access', title: 'Access', about: 'tokens, sign out' },
  { path: '/settings/audit', title: 'Audit trail', about: 'who did what' },
  { path: '/settings/about', title: 'About', about: 'version, watches, pauses' },
] as const;

/** Sections of the settings, once words are typed that each of them holds. */
export function settingsFor(words: string): readonly Offer[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  return WITHIN_SETTINGS.filter(({ title, about }) => {
    const text = `settings ${title} ${about}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  }).map(({ path, title, about }) => ({ id: `settings ${path}`, title, about, href: linkTo(path) }));
}

/** Looking for the words as they are. */
export function searchesFor(words: string): readonly Offer[] {
  const q = words.trim();
  if (q === '') return [];
  return [
    { id: 'search events', title: `Events with “${q}”`, about: '', href: linkTo('/events', { q }) },
    {
      id: 'search incidents',
      title: `Incidents with “${q}”`,
      about: '',
      href: linkTo('/incidents', { q, state: 'all' }),
    },
    { id: 'search objects', title: `Timeline of “${q}”`, about: 'by name', href: linkTo('/timeline', { name: q }) },
  ];
}
