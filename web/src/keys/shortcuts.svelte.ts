/** Keys that do something: pages and their parts say what, the help shows those that work now. */

import { untrack } from 'svelte';

interface Shortcut {
  /** One key as `KeyboardEvent.key` has it (`j`, `/`, `Escape`, `Enter`), or two after another: `g i`. */
  readonly keys: string;
  /** For the help: `Acknowledge`. */
  readonly what: string;
  readonly run: () => void;
}

/** How long after the first key of two the second is waited for. */
const SEQUENCE_MS = 1500;

class Shortcuts {
  #items = $state.raw<readonly Shortcut[]>([]);
  #first = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The newest last; of two with the same keys the newest works. */
  get items(): readonly Shortcut[] {
    return this.#items;
  }

  /** For an effect: `$effect(() => shortcuts.add([...]))`. Answers how to take them away. */
  add(items: readonly Shortcut[]): () => void {
    // An effect that adds keys must not run again because there are others.
    this.#items = [...untrack(() => this.#items), ...items];
    return () => {
      this.#items = untrack(() => this.#items).filter((item) => !items.includes(item));
    };
  }

  /** Answers how to stop. */
  follow(): () => void {
    const press = (event: KeyboardEvent) => this.#press(event);
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }

  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
    const keys = this.#first === '' ? event.key : `${this.#first} ${event.key}`;
    this.#forget();
    const found = this.#items.findLast((item) => item.keys === keys);
    if (found !== undefined) {
      event.preventDefault();
      found.run();
    } else if (this.#items.some((item) => item.keys.startsWith(`${event.key} `))) {
      this.#first = event.key;
      this.#timer = setTimeout(() => this.#forget(), SEQUENCE_MS);
    }
  }

  #forget(): void {
    this.#first = '';
    clearTimeout(this.#timer);
  }
}

/** Whoever writes wants letters; an open dialog and an open menu have keys of their own. */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (key !== 'Escape' && target.closest('input, textarea, select, [contenteditable]') !== null) return true;
  return target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
}

export const shortcuts = new Shortcuts();
