/** A browser as far as signing in needs one: follows redirects, keeps cookies, fills in the provider's two forms. */

export class Browser {
  readonly #cookies = new Map<string, string>();

  /** From the provider's authorization URL to the callback that it sends the browser to. `null` aborts at the first form. */
  async signIn(authorizationUrl: string, login: string | null): Promise<string> {
    let url = authorizationUrl;
    let form: URLSearchParams | undefined;
    for (let hop = 0; hop < 20; hop += 1) {
      const response = await this.#open(url, form);
      form = undefined;
      const location = response.headers.get('location');
      if (location !== null) {
        url = new URL(location, url).href;
        if (new URL(url).pathname === '/auth/callback') return url;
        continue;
      }
      const page = await response.text();
      const [, prompt] = /name="prompt" value="(\w+)"/.exec(page) ?? [];
      if (prompt === undefined)
        throw new Error(`the provider shows a page without a form: ${response.status} ${page.slice(0, 500)}`);
      if (login === null) url += '/abort';
      else form = new URLSearchParams({ prompt, login, password: 'any' });
    }
    throw new Error('the provider never came to an end');
  }

  async #open(url: string, form: URLSearchParams | undefined): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(form !== undefined && { method: 'POST', body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return response;
  }
}
