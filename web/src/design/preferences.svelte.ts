/** What a person chose for this browser: light or dark, and in which zone times are written. */
import type { Zone } from '../time/format.ts';

export type Theme = 'system' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const ZONES: readonly Zone[] = ['local', 'utc'];

class Preferences {
  #theme = $state<Theme>(stored('tattle.theme', THEMES));
  #zone = $state<Zone>(stored('tattle.zone', ZONES));

  constructor() {
    this.#show();
  }

  get theme(): Theme {
    return this.#theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    keep('tattle.theme', theme);
    this.#show();
  }

  get zone(): Zone {
    return this.#zone;
  }

  set zone(zone: Zone) {
    this.#zone = zone;
    keep('tattle.zone', zone);
  }

  #show(): void {
    const { dataset } = document.documentElement;
    if (this.#theme === 'system') delete dataset.theme;
    else dataset.theme = this.#theme;
  }
}

/** The first of the values where nothing is stored, or where the browser stores nothing. */
function stored<Value extends string>(key: string, values: readonly [Value, ...Value[]] | readonly Value[]): Value {
  const [usual] = values;
  if (usual === undefined) throw new Error('there is nothing to choose from');
  try {
    const text = localStorage.getItem(key);
    return values.find((value) => value === text) ?? usual;
  } catch {
    return usual;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows may refuse: the choice holds until the page is closed.
  }
}

export const preferences = new Preferences();
