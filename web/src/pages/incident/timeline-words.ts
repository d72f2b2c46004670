/** Icon and word for each kind of entry of a timeline. */
import type { WireTimelineEntry } from '@tattle/contract';
import type { Component } from 'svelte';
import Bell from '@lucide/svelte/icons/bell';
import Camera from '@lucide/svelte/icons/camera';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import Eye from '@lucide/svelte/icons/eye';
import Flame from '@lucide/svelte/icons/flame';
import GitCommitHorizontal from '@lucide/svelte/icons/git-commit-horizontal';
import Link2 from '@lucide/svelte/icons/link-2';
import Merge from '@lucide/svelte/icons/merge';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import SearchCheck from '@lucide/svelte/icons/search-check';
import Split from '@lucide/svelte/icons/split';
import StickyNote from '@lucide/svelte/icons/sticky-note';
import Tag from '@lucide/svelte/icons/tag';
import TrendingUp from '@lucide/svelte/icons/trending-up';

interface Words {
  readonly icon: Component;
  readonly word: string;
  /** Whether it is a turn of the incident, not one of the many things that happened in it. */
  readonly isTurn: boolean;
}

export const TIMELINE_WORDS: Readonly<Record<WireTimelineEntry['kind'], Words>> = {
  event: { icon: CircleDot, word: 'Event', isTurn: false },
  change: { icon: GitCommitHorizontal, word: 'Changed', isTurn: true },
  joined: { icon: Link2, word: 'Joined', isTurn: false },
  opened: { icon: Flame, word: 'Began', isTurn: true },
  worse: { icon: TrendingUp, word: 'Got worse', isTurn: true },
  headline: { icon: Tag, word: 'Named anew', isTurn: false },
  cleared: { icon: CircleCheck, word: 'Ended', isTurn: true },
  resolved: { icon: CircleCheck, word: 'Resolved', isTurn: true },
  regressed: { icon: RotateCcw, word: 'Came back', isTurn: true },
  acknowledged: { icon: Eye, word: 'Acknowledged', isTurn: true },
  note: { icon: StickyNote, word: 'Note', isTurn: true },
  merged: { icon: Merge, word: 'Merged', isTurn: true },
  unmerged: { icon: Split, word: 'Merge taken back', isTurn: true },
  split: { icon: Split, word: 'Split', isTurn: true },
  evidence: { icon: Camera, word: 'Captured', isTurn: false },
  diagnosed: { icon: SearchCheck, word: 'Diagnosed', isTurn: true },
  notice: { icon: Bell, word: 'Told', isTurn: false },
};
