/** What the server does to `<base>` in production, for Vite's own: pages below others find the root. */
import type { Plugin } from 'vite';

export function baseWhileDeveloping(): Plugin {
  return {
    name: 'tattle-base-while-developing',
    apply: 'serve',
    transformIndexHtml: (html) => html.replace('<base href="./"', '<base href="/"'),
  };
}
