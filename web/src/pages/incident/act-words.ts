/** Words and icons of what one may do to an incident. */
import type { Component } from 'svelte';
import BellOff from '@lucide/svelte/icons/bell-off';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import Eye from '@lucide/svelte/icons/eye';
import Merge from '@lucide/svelte/icons/merge';
import Split from '@lucide/svelte/icons/split';
import StickyNote from '@lucide/svelte/icons/sticky-note';
import Wrench from '@lucide/svelte/icons/wrench';
import type { ActName } from './acts.ts';

interface Words {
  readonly icon: Component;
  readonly verb: string;
  /** The label of what is written. */
  readonly asks: string;
  readonly hint: string;
  /** Whether it cannot be done without words. */
  readonly needsWords: boolean;
  readonly done: string;
  /** The shortcut, where it has one. */
  readonly key?: string;
}

const WHY = 'It stands in the timeline, for those who wonder later.';

export const ACT_WORDS: Readonly<Record<ActName, Words>> = {
  acknowledge: {
    icon: Eye,
    verb: 'Acknowledge',
    asks: 'A word for the others',
    hint: 'May be left out. Everybody sees that somebody is looking at it.',
    needsWords: false,
    done: 'Acknowledged',
    key: 'a',
  },
  resolve: {
    icon: CircleCheck,
    verb: 'Resolve',
    asks: 'What fixed it?',
    hint: 'May be left out. It is shown when this happens again.',
    needsWords: false,
    done: 'Resolved',
    key: 'e',
  },
  silence: {
    icon: BellOff,
    verb: 'Silence',
    asks: 'Why?',
    hint: 'Whoever is not told will read it.',
    needsWords: true,
    done: 'Silenced',
    key: 's',
  },
  fixed: {
    icon: Wrench,
    verb: 'Say what fixed it',
    asks: 'What fixed it?',
    hint: 'It is shown when this happens again.',
    needsWords: true,
    done: 'Kept for the next time',
    key: 'e',
  },
  note: {
    icon: StickyNote,
    verb: 'Add a note',
    asks: 'Note',
    hint: 'It stands in the timeline.',
    needsWords: true,
    done: 'Noted',
    key: 'n',
  },
  merge: {
    icon: Merge,
    verb: 'Merge',
    asks: 'Why do they belong together?',
    hint: WHY,
    needsWords: true,
    done: 'Merged',
  },
  unmerge: { icon: Split, verb: 'Take the merge back', asks: 'Why?', hint: WHY, needsWords: true, done: 'Taken back' },
  split: {
    icon: Split,
    verb: 'Split',
    asks: 'Why do they not belong together?',
    hint: WHY,
    needsWords: true,
    done: 'Split',
  },
};
