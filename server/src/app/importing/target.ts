/** What a destination of another tool becomes here, and how that is said. */
import type { Fields } from './fields.ts';
import type { Settings } from './draft.ts';
import type { Notes } from './notes.ts';

/** A channel tells people of incidents, once; a sink is sent every event. */
export interface Target {
  readonly to: 'channels' | 'sinks';
  /** With its `type`. */
  readonly settings: Settings;
}

/** Null where there is no counterpart, which it has told. */
export type MakeTarget = (fields: Fields, notes: Notes) => Target | null;

export function channel(type: string, settings: Settings): Target {
  return { to: 'channels', settings: { type, ...withoutNothing(settings) } };
}

export function sink(type: string, settings: Settings): Target {
  return { to: 'sinks', settings: { type, ...withoutNothing(settings) } };
}

/** For what has no counterpart. */
export function nothing(text: string): MakeTarget {
  return (fields, notes) => {
    notes.missing(fields.path, text);
    fields.settle(...fields.names());
    return null;
  };
}

function withoutNothing(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
