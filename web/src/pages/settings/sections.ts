/** The sections of the settings, each at an address of its own. */
import type { Component } from 'svelte';
import Database from '@lucide/svelte/icons/database';
import Folder from '@lucide/svelte/icons/folder';
import Funnel from '@lucide/svelte/icons/funnel';
import Info from '@lucide/svelte/icons/info';
import KeyRound from '@lucide/svelte/icons/key-round';
import ScrollText from '@lucide/svelte/icons/scroll-text';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly icon: Component;
}

export const sections = [
  { id: 'namespaces', title: 'Namespaces', icon: Folder },
  { id: 'event-types', title: 'Event types', icon: Funnel },
  { id: 'retention', title: 'Retention', icon: Database },
  { id: 'access', title: 'Access', icon: KeyRound },
  { id: 'audit', title: 'Audit trail', icon: ScrollText },
  { id: 'about', title: 'About', icon: Info },
] as const satisfies readonly Section[];

export type SectionId = (typeof sections)[number]['id'];
