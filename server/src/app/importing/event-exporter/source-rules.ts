/** The route tree of kubernetes-event-exporter, read into the ways that lead to each receiver. */
import type { Fields } from '../fields.ts';

const MATCHED = ['message', 'apiVersion', 'kind', 'namespace', 'reason', 'type', 'component', 'host'] as const;
export type Matched = (typeof MATCHED)[number];

/** One rule: all of it has to hold. */
export interface SourceRule {
  readonly path: string;
  readonly patterns: readonly { readonly field: Matched; readonly pattern: string; readonly path: string }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** 0 where it is left out. */
  readonly minCount: number;
  readonly receiver: string | undefined;
}

/** A way to a receiver: the rules that an event matches, and those of which it matches none. */
export interface Way {
  readonly path: string;
  readonly receiver: string;
  readonly all: readonly SourceRule[];
  readonly none: readonly SourceRule[];
}

export interface RouteTree {
  /** What is dropped before anything else. */
  readonly drops: readonly SourceRule[];
  readonly ways: readonly Way[];
  /** More ways than can be taken. */
  readonly tooMany: boolean;
  /** What nobody asked for. */
  readonly unknown: readonly string[];
}

/** As many as there may be rules. */
const MOST_WAYS = 200;
const DEEPEST = 20;

export function readRoutes(route: Fields | undefined): RouteTree {
  if (route === undefined) return { drops: [], ways: [], tooMany: false, unknown: [] };
  const unknown: string[] = [];
  const drops = route.list('drop').map((rule) => readRule(rule, unknown));
  const ways: Way[] = [];
  const tooMany = !collect(route, { all: [], none: [] }, ways, unknown, 0);
  return { drops, ways, tooMany, unknown };
}

type Above = Pick<Way, 'all' | 'none'>;

/** False where there was more than could be taken. The drops of the top are known apart. */
function collect(route: Fields, above: Above, ways: Way[], unknown: string[], depth: number): boolean {
  if (depth > DEEPEST) return false;
  const drops = depth === 0 ? [] : route.list('drop').map((rule) => readRule(rule, unknown));
  const none = [...above.none, ...drops];
  const matches = route.list('match').map((rule) => readRule(rule, unknown));
  for (const rule of matches) {
    if (rule.receiver === undefined) continue;
    if (ways.length >= MOST_WAYS) return false;
    ways.push({ path: rule.path, receiver: rule.receiver, all: [...above.all, rule], none });
  }
  const routes = route.list('routes');
  unknown.push(...route.unasked());
  // What lies below is reached by what matches all of these.
  const all = [...above.all, ...matches];
  return routes.every((below) => collect(below, { all, none }, ways, unknown, depth + 1));
}

function readRule(rule: Fields, unknown: string[]): SourceRule {
  const patterns = MATCHED.flatMap((field) => {
    const pattern = rule.text(field);
    return pattern === undefined ? [] : [{ field, pattern, path: rule.at(field) }];
  });
  const read = {
    path: rule.path,
    patterns,
    labels: rule.pairs('labels'),
    annotations: rule.pairs('annotations'),
    minCount: rule.number('minCount') ?? 0,
    receiver: rule.text('receiver'),
  };
  // A name is for its metrics.
  rule.settle('name');
  unknown.push(...rule.unasked());
  return read;
}
