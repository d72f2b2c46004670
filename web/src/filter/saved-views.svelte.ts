/** The views that this browser keeps for one page. */
import { readViews, type SavedView } from './saved-views.ts';

export class ViewsOfBrowser {
  readonly #key: string;
  #views = $state.raw<readonly SavedView[]>([]);

  /** `page` tells the views of one page from those of another: `events`. */
  constructor(page: string) {
    this.#key = `tattle.views.${page}`;
    this.#views = readViews(this.#stored());
  }

  get views(): readonly SavedView[] {
    return this.#views;
  }

  /** Answers whether the browser keeps them; until it is closed they hold in any case. */
  keep(views: readonly SavedView[]): boolean {
    this.#views = views;
    try {
      localStorage.setItem(this.#key, JSON.stringify(views));
      return true;
    } catch {
      return false;
    }
  }

  /** Follows other tabs; answers how to stop. */
  follow(): () => void {
    const read = ({ key }: StorageEvent) => {
      if (key === this.#key) this.#views = readViews(this.#stored());
    };
    addEventListener('storage', read);
    return () => removeEventListener('storage', read);
  }

  #stored(): string | null {
    try {
      return localStorage.getItem(this.#key);
    } catch {
      return null;
    }
  }
}
