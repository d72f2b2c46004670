/** The `notify` section as people edit it: YAML, of which JSON is a part. The parser is loaded when something is tried. */
import type { WireNotifyPolicy } from '@tattle/contract';
import { writeYaml } from './write-yaml.ts';

export type ReadPolicy =
  | { readonly ok: true; readonly notify: unknown }
  | { readonly ok: false; readonly problem: string };

/** What stands below `notify` is taken, where the text is a whole configuration file. */
export async function readPolicy(text: string): Promise<ReadPolicy> {
  const { parse } = await import('yaml');
  try {
    // A few aliases are what people write; thousands are an attack on the reader.
    const read: unknown = parse(text, { maxAliasCount: 100 });
    if (read === null || read === undefined) return { ok: true, notify: {} };
    if (typeof read !== 'object' || Array.isArray(read)) {
      return { ok: false, problem: 'It must hold rules, routes, maintenance or inhibit.' };
    }
    return { ok: true, notify: 'notify' in read ? (read.notify ?? {}) : read };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Of what is in force, without what says nothing: the server fills in the defaults again. */
export function writePolicy(policy: WireNotifyPolicy): string {
  return writeYaml(withoutEmpty(policy));
}

function withoutEmpty({ rules, routes, maintenance, inhibit }: WireNotifyPolicy): object {
  const entries = Object.entries({ rules, routes: routes.map(shortRoute), maintenance, inhibit: inhibit });
  // Left out, an empty list of inhibitions would become the default one.
  return Object.fromEntries(entries.filter(([name, list]) => list.length > 0 || name === 'inhibit'));
}

const DEFAULTS: Readonly<Record<string, unknown>> = {
  rules: [],
  continue: false,
  notices: ['opened', 'worse', 'resolved', 'diagnosed', 'acknowledged'],
  groupBy: [],
  groupWaitSeconds: 30,
  groupIntervalSeconds: 300,
  repeatMinutes: 0,
  escalate: [],
  limit: { notices: 30, perMinutes: 10 },
};

function shortRoute(route: WireNotifyPolicy['routes'][number]): object {
  return Object.fromEntries(
    Object.entries(route).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(DEFAULTS[name])),
  );
}
