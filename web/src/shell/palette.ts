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
