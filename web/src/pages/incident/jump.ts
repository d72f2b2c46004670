/** Leads to a place on the page, and shows where that is. */
import { address } from '../../address/address.svelte.ts';
import { evidenceOfPlace } from './citations.ts';

/** `place` is the id of an element. Words that are not found lead to their piece of evidence; what is not there at all leads nowhere. */
export function reveal(place: string): void {
  const element = document.getElementById(place) ?? document.getElementById(evidenceOfPlace(place));
  if (element === null) return;
  // Marks within lines have no size: what is seen is the line around them.
  const seen = element.matches('.anchor') ? (element.parentElement ?? element) : element;
  seen.scrollIntoView({ block: element === seen ? 'start' : 'center' });
  element.focus({ preventScroll: true });
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  seen.animate([{ outline: '2px solid var(--accent)' }, { outline: '2px solid transparent' }], 1500);
}

/** As a link: `<a href={placeLink('timeline')} onclick={() => again('timeline')}>`. */
export function placeLink(place: string): string {
  return address.with({ at: place });
}

/** A second press on a link that changes no address must lead there all the same. */
export function again(place: string): void {
  if (address.query.get('at') === place) reveal(place);
}
