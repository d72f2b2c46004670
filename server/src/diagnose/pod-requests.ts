/** What a pod asks a node for, by the arithmetic of the scheduler. */
import { type Fields, fields, objects } from '../kit/fields.ts';
import { parseQuantity } from './quantity.ts';

/**
 * The most that it needs at once, undefined where no container asks for the resource: its containers together, or its greediest
 * init container, beside the sidecars that run by then; and the overhead of its runtime class. A request of the pod as a whole
 * goes before those of its containers.
 */
export function podRequest(spec: Fields, resource: string): number | undefined {
  const whole = requestOf(spec, resource);
  const overhead = parseQuantity(fields(spec['overhead'])[resource]);
  const needed = whole ?? containersRequest(spec, resource);
  return needed === undefined && overhead === undefined ? undefined : (needed ?? 0) + (overhead ?? 0);
}

function containersRequest(spec: Fields, resource: string): number | undefined {
  const init = objects(spec['initContainers']);
  const containers = objects(spec['containers']);
  if ([...init, ...containers].every((container) => requestOf(container, resource) === undefined)) return undefined;
  let sidecars = 0;
  let greediest = 0;
  for (const container of init) {
    const request = requestOf(container, resource) ?? 0;
    if (container['restartPolicy'] === 'Always') sidecars += request;
    greediest = Math.max(greediest, container['restartPolicy'] === 'Always' ? sidecars : sidecars + request);
  }
  const together = containers.reduce((sum, container) => sum + (requestOf(container, resource) ?? 0), sidecars);
  return Math.max(together, greediest);
}

function requestOf(holder: Fields, resource: string): number | undefined {
  const { requests, limits } = fields(holder['resources']);
  // A limit without a request is the request, too.
  return parseQuantity(fields(requests)[resource]) ?? parseQuantity(fields(limits)[resource]);
}

/** The container that asks for the most of it, by the path of its request in the pod's spec. */
export function greediestPath(spec: Fields, resource: string): readonly string[] | undefined {
  const candidates = (['containers', 'initContainers'] as const).flatMap((list) =>
    objects(spec[list]).map((container) => ({ list, container, request: requestOf(container, resource) ?? 0 })),
  );
  const [first] = candidates.sort((a, b) => b.request - a.request);
  if (first === undefined || first.request === 0 || typeof first.container['name'] !== 'string') return undefined;
  const { requests } = fields(first.container['resources']);
  const field = fields(requests)[resource] === undefined ? 'limits' : 'requests';
  return [first.list, first.container['name'], 'resources', field, resource];
}
