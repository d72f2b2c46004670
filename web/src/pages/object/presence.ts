/** Whether an object is there, in words. */
import type { WireKnownObject } from '@tattle/contract';

interface Presence {
  readonly word: string;
  /** What the moment beside it is: `since`, `last seen`; empty where there is none. */
  readonly lead: string;
  /** RFC 3339. */
  readonly at: string | null;
  /** What it means, where the word leaves that open. */
  readonly about: string;
}

type Known = Pick<WireKnownObject, 'presence' | 'since' | 'goneAt' | 'lastSeen'>;

export function presenceOf({ presence, since, goneAt, lastSeen }: Known): Presence {
  if (presence === 'there') return { word: 'Exists', lead: since === null ? '' : 'since', at: since, about: '' };
  if (presence === 'gone') {
    const about = 'It does not exist any more. Below is what was seen of it.';
    if (goneAt !== null) return { word: 'Gone', lead: 'since', at: goneAt, about };
    return { word: 'Gone', lead: lastSeen === null ? '' : 'last seen', at: lastSeen, about };
  }
  return {
    word: 'Not known whether it exists',
    lead: lastSeen === null ? '' : 'last seen',
    at: lastSeen,
    about:
      'Its kind, namespace or cluster is not watched, or was not read yet. Below is what events and changes told of it.',
  };
}
