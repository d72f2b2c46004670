/** What the server answers to, seen from the framework itself: a route that the document forgot shows here. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

interface Route {
  readonly method: string | readonly string[];
  readonly url: string;
}

interface Framework {
  addHook(name: 'onRoute', hook: (route: Route) => void): void;
}

/** Every route that servers get while `start` runs, as `GET /api/v1/events/{uid}`. */
export async function servedRoutes(start: () => Promise<unknown>): Promise<ReadonlySet<string>> {
  const routes = new Set<string>();
  const listen = (message: unknown): void => {
    (message as { readonly fastify: Framework }).fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) routes.add(`${one} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
    });
  };
  subscribe('fastify.initialization', listen);
  try {
    await start();
  } finally {
    unsubscribe('fastify.initialization', listen);
  }
  return routes;
}
