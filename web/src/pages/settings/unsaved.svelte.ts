/** What was edited and not saved: it outlives the page, and a browser that is about to close says that it would be lost. */
import type { TaggedConfig } from './ask-config.ts';
import { isUnchanged, NO_CHANGES, type Patch } from './draft.ts';

class Unsaved {
  #base = $state.raw<TaggedConfig | null>(null);
  #patch = $state.raw<Patch>(NO_CHANGES);

  /** The settings that the patch is meant for; null while there is none. */
  get base(): TaggedConfig | null {
    return this.#base;
  }

  get patch(): Patch {
    return this.#patch;
  }

  /** A patch that changes nothing is none. */
  keep(base: TaggedConfig, patch: Patch): void {
    if (isUnchanged(patch)) {
      this.drop();
      return;
    }
    this.#base = base;
    this.#patch = patch;
    addEventListener('beforeunload', warn);
  }

  drop(): void {
    this.#base = null;
    this.#patch = NO_CHANGES;
    removeEventListener('beforeunload', warn);
  }
}

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

export const unsaved = new Unsaved();
