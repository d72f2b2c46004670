/** The sections of the settings, each at an address of its own. */
import type { Component } from 'svelte';
import BellOff from '@lucide/svelte/icons/bell-off';
import Cable from '@lucide/svelte/icons/cable';
import Database from '@lucide/svelte/icons/database';
import Folder from '@lucide/svelte/icons/folder';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Funnel from '@lucide/svelte/icons/funnel';
import Info from '@lucide/svelte/icons/info';
import KeyRound from '@lucide/svelte/icons/key-round';
import Megaphone from '@lucide/svelte/icons/megaphone';
import Route from '@lucide/svelte/icons/route';
import ScrollText from '@lucide/svelte/icons/scroll-text';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly icon: Component;
  /** Said above it: what it and those after it are about. */
  readonly heads?: string;
}

export const sections = [
  { id: 'namespaces', title: 'Namespaces', icon: Folder, heads: 'What is kept' },
  { id: 'event-types', title: 'Event types', icon: Funnel },
  { id: 'retention', title: 'Retention', icon: Database },
  { id: 'sinks', title: 'Sinks', icon: Cable },
  { id: 'channels', title: 'Channels', icon: Megaphone, heads: 'Notifications' },
  { id: 'silences', title: 'Silences', icon: BellOff },
  { id: 'routes', title: 'Rules and routes', icon: Route },
  { id: 'try', title: 'Try on the past', icon: FlaskConical },
  { id: 'access', title: 'Access', icon: KeyRound, heads: 'Tattle' },
  { id: 'audit', title: 'Audit trail', icon: ScrollText },
  { id: 'about', title: 'About', icon: Info },
] as const satisfies readonly Section[];

/** What stands above a section in the list; null where it goes on with the one before. */
export function headOf(section: Section): string | null {
  return section.heads ?? null;
}

export type SectionId = (typeof sections)[number]['id'];
