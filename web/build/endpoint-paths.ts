/** The contract's methods and paths as a module of their own: pages take its types, and nothing else of it, since zod would be half of the bundle. */
import { endpoints } from '@tattle/contract';
import type { Plugin } from 'vite';

const MODULE = 'virtual:endpoint-paths';

export function endpointPaths(): Plugin {
  return {
    name: 'tattle-endpoint-paths',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load(id) {
      if (id !== `\0${MODULE}`) return undefined;
      const paths = Object.entries(endpoints).map(([name, { method, path }]) => [name, [method, path]]);
      return `export const endpointPaths = ${JSON.stringify(Object.fromEntries(paths))};`;
    },
  };
}
