/** What is wished for a channel, made into what can be kept: checked by its type, its secrets apart. Pure. */
import type { SettingProblem } from '../../api/setting-problem.ts';
import { schemaProblems } from '../../kit/schema-problems.ts';
import type { ChannelType } from '../../notify/channels/channel-type.ts';

export type ChannelSettings = Readonly<Record<string, unknown>>;

export interface SplitSettings {
  readonly plain: ChannelSettings;
  readonly secret: ChannelSettings;
}

/** A channel as it was before a change. */
export interface Before {
  readonly plain: ChannelSettings;
  /** Names of the secrets that it has. */
  readonly secretNames: readonly string[];
  /** Null where they cannot be read. */
  readonly secret: ChannelSettings | null;
}

export type Settled =
  | ({ readonly ok: true } & SplitSettings)
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

/** `before` is null for a new one. A secret that `wish` does not name stays; null takes any setting away. */
export function settle(kind: ChannelType, name: string, wish: ChannelSettings, before: Before | null): Settled {
  const apart = ['type', 'name'].filter((member) => Object.hasOwn(wish, member));
  if (apart.length > 0) return refused(apart, 'is no setting: it stands beside them');
  const kept = (before?.secretNames ?? []).filter((secret) => !Object.hasOwn(wish, secret));
  if (kept.length > 0 && before?.secret === null) {
    return refused(kept, 'cannot be read any more: give it again, or null to take it away');
  }
  const given = Object.entries(wish).filter(([, value]) => value !== null);
  const known = Object.entries(before?.secret ?? {}).filter(([secret]) => kept.includes(secret));
  const { plain, secret } = split(kind, Object.fromEntries([...known, ...given]));
  const whole = { ...plain, ...secret, type: kind.type, name };
  const parsed = kind.schema.safeParse(whole);
  if (!parsed.success) {
    const problems = schemaProblems(parsed.error, kind.schema);
    return { ok: false, problems: problems.map(({ path, message }) => ({ path: settingPath(path), message })) };
  }
  if (before !== null && kept.length > 0 && leadsElsewhere(kind, name, before, whole)) {
    return refused(kept, 'has to be given again, since the channel would now send it elsewhere');
  }
  return { ok: true, plain, secret };
}

export function split({ secrets }: ChannelType, settings: ChannelSettings): SplitSettings {
  const isSecret = ([setting]: readonly [string, unknown]) => secrets.includes(setting);
  const entries = Object.entries(settings);
  return {
    plain: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secret: Object.fromEntries(entries.filter(isSecret)),
  };
}

/** Whoever may change a channel could else have it hand its secrets to a server of theirs. */
function leadsElsewhere(kind: ChannelType, name: string, { plain, secret }: Before, after: ChannelSettings): boolean {
  const before = { ...plain, ...secret, type: kind.type, name };
  if (!kind.schema.safeParse(before).success) return true;
  const way = (settings: ChannelSettings) => JSON.stringify([kind.targets(settings), settings['ca'] ?? null]);
  return way(before) !== way(after);
}

function refused(settings: readonly string[], message: string): Settled {
  return { ok: false, problems: settings.map((setting) => ({ path: settingPath(setting), message })) };
}

function settingPath(path: string): string {
  return path === '' ? 'settings' : `settings.${path}`;
}
