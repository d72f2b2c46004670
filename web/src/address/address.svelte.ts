/** The address bar as state: everything on screen is in it, so that a reload, a link or a colleague sees the same. */
import { SvelteURLSearchParams } from 'svelte/reactivity';
import { changed, linkTo, type QueryChange } from './link.ts';

interface Going {
  /** In place of the present entry of the history: for what one would not want to go back through. */
  readonly replace?: boolean;
}

class Address {
  /** Path of the pages, with its slash at the end: `/`, or `/tattle/` behind a proxy. Fixed when the page was loaded. */
  readonly base = new URL(document.baseURI).pathname;
  #path = $state('/');
  #query = $state(new SvelteURLSearchParams());

  constructor() {
    this.#read();
  }

  /** Below the base, beginning with a slash. */
  get path(): string {
    return this.#path;
  }

  get query(): URLSearchParams {
    return this.#query;
  }

  /** Path and query as a link has them: relative, so that `<base>` leads them to the right place. */
  get here(): string {
    return linkTo(this.#path, this.#query);
  }

  /** The present page with a changed query, as a link. */
  with(change: QueryChange): string {
    return linkTo(this.#path, changed(this.#query, change));
  }

  /** Goes to the present page with a changed query. */
  set(change: QueryChange, going: Going = {}): void {
    this.go(this.with(change), going);
  }

  /** `to` is a link as `with` makes them: relative to the base. */
  go(to: string, { replace = false }: Going = {}): void {
    const url = new URL(to, document.baseURI);
    const same = url.pathname === location.pathname;
    if (url.href === location.href) return;
    history[replace ? 'replaceState' : 'pushState'](null, '', url);
    this.#read();
    if (!same && url.hash === '') scrollTo({ top: 0 });
  }

  /** Follows back, forward and clicks on links; answers how to stop. */
  follow(): () => void {
    const read = () => this.#read();
    const click = (event: MouseEvent) => this.#click(event);
    addEventListener('popstate', read);
    document.addEventListener('click', click);
    return () => {
      removeEventListener('popstate', read);
      document.removeEventListener('click', click);
    };
  }

  #click(event: MouseEvent): void {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || !this.#isOurs(link)) return;
    event.preventDefault();
    this.go(link.href);
  }

  /** What the server answers by itself, such as the API's document, is no page of ours. */
  #isOurs(link: HTMLAnchorElement): boolean {
    if (link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return false;
    if (!link.pathname.startsWith(this.base)) return false;
    const path = link.pathname.slice(this.base.length);
    return !/^(?:api|auth|metrics|healthz|readyz)(?:\/|$)/.test(path);
  }

  #read(): void {
    this.#path = `/${location.pathname.slice(this.base.length)}`;
    this.#query = new SvelteURLSearchParams(location.search);
  }
}

export const address = new Address();
