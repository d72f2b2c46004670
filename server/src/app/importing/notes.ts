/** What became of each part of an imported configuration, for the person who has to rely on the new one. */
import type { Fields } from './fields.ts';

export interface ImportNote {
  /** In the source: `route.routes[1].drop[0].type`. */
  readonly path: string;
  readonly text: string;
}

export interface ImportReport {
  /** What has the same meaning here. */
  readonly taken: readonly ImportNote[];
  /** What means something else here, and how. */
  readonly changed: readonly ImportNote[];
  /** What has no counterpart, and what to do instead. */
  readonly missing: readonly ImportNote[];
  /** What a person has to do before the new configuration works. */
  readonly todo: readonly ImportNote[];
}

export class Notes {
  readonly #said = new Set<string>();
  readonly #notes: { readonly [Kind in keyof ImportReport]: ImportNote[] } = {
    taken: [],
    changed: [],
    missing: [],
    todo: [],
  };

  taken(path: string, text: string): void {
    this.#add('taken', path, text);
  }

  changed(path: string, text: string): void {
    this.#add('changed', path, text);
  }

  missing(path: string, text: string): void {
    this.#add('missing', path, text);
  }

  todo(path: string, text: string): void {
    this.#add('todo', path, text);
  }

  /** What of it nobody asked for. */
  unknown(fields: Fields | undefined): void {
    for (const path of fields?.unasked() ?? []) this.missing(path, 'is nothing that has a counterpart in Tattle');
  }

  report(): ImportReport {
    return this.#notes;
  }

  /** The same twice is said once. */
  #add(kind: keyof ImportReport, path: string, text: string): void {
    const said = JSON.stringify([kind, path, text]);
    if (!this.#said.has(said)) this.#notes[kind].push({ path, text });
    this.#said.add(said);
  }
}
