/** A channel as it stands in the form, new or to be changed, and what is sent of it. Pure. */
import type { WireChannelDetail } from '@tattle/contract';
import { type ChannelGuide, layout, needsOf, type Way, wayIn } from './channel-guide.ts';
import type { Setting } from './setting-schema.ts';
import { blank, isBlank, type Wire, wireOf, type Written, writtenOf } from './written.ts';

/** Of a secret that the channel has. */
export type Secret = 'kept' | 'replaced' | 'removed';

export interface ChannelDraft {
  readonly name: string;
  /** Id of the way in which it is reached; null where there is one alone. */
  readonly way: string | null;
  readonly values: Readonly<Record<string, Written>>;
  /** What is to become of the secrets that it has, by their names. */
  readonly secrets: Readonly<Record<string, Secret>>;
}

export interface ChannelForm {
  readonly guide: ChannelGuide;
  readonly settings: readonly Setting[];
}

export function newDraft({ guide, settings }: ChannelForm, name: string): ChannelDraft {
  const values = Object.fromEntries(settings.map((setting) => [setting.name, blank(setting)]));
  return { name, way: guide.ways?.[0]?.id ?? null, values, secrets: {} };
}

export function draftOf({ guide, settings }: ChannelForm, detail: WireChannelDetail): ChannelDraft {
  const values = settings.map((setting) => [setting.name, writtenOf(setting, detail.settings[setting.name])]);
  return {
    name: detail.name,
    way: wayIn(guide, [...Object.keys(detail.settings), ...detail.secretsSet])?.id ?? null,
    values: Object.fromEntries(values) as Record<string, Written>,
    secrets: Object.fromEntries(detail.secretsSet.map((name) => [name, 'kept'])),
  };
}

/** A name that nobody has: `discord`, else `discord-2`, and so on. */
export function freeName(type: string, taken: readonly string[]): string {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? type : `${type}-${count}`;
    if (!taken.includes(name)) return name;
  }
}

export function wayOf({ guide }: ChannelForm, { way }: ChannelDraft): Way | null {
  return guide.ways?.find(({ id }) => id === way) ?? null;
}

/** What is sent. A secret that is kept is left out; one that is of no use any more is taken away. */
export function settingsIn(form: ChannelForm, draft: ChannelDraft): Record<string, Wire | null> {
  const { first, more } = layout(form, wayOf(form, draft));
  const shown = new Set([...first, ...more].map(({ name }) => name));
  const sent: Record<string, Wire | null> = {};
  for (const setting of form.settings) {
    const { name } = setting;
    const secret = draft.secrets[name];
    if (secret !== undefined && (secret === 'removed' || !shown.has(name))) sent[name] = null;
    if (!shown.has(name) || secret === 'kept' || secret === 'removed') continue;
    const wire = wireOf(setting, draft.values[name] ?? '');
    if (wire !== undefined) sent[name] = wire;
  }
  return sent;
}

/** Names of what has to be filled in before it can be sent. */
export function missingIn(form: ChannelForm, draft: ChannelDraft): readonly string[] {
  const needed = needsOf(form, wayOf(form, draft));
  const empty = needed.filter((setting) => {
    const secret = draft.secrets[setting.name];
    return secret === 'removed' || (secret !== 'kept' && isBlank(setting, draft.values[setting.name] ?? ''));
  });
  // A secret that is to be replaced by nothing is neither kept nor taken away on purpose.
  const emptied = form.settings.filter(
    (setting) => draft.secrets[setting.name] === 'replaced' && isBlank(setting, draft.values[setting.name] ?? ''),
  );
  return [...(draft.name.trim() === '' ? ['name'] : []), ...new Set([...empty, ...emptied].map(({ name }) => name))];
}

/** What was changed in a draft of `before`, on top of `after`, which somebody else saved meanwhile. */
export function onTop(
  form: ChannelForm,
  draft: ChannelDraft,
  { before, after }: { readonly before: WireChannelDetail; readonly after: WireChannelDetail },
): ChannelDraft {
  const [old, now] = [draftOf(form, before), draftOf(form, after)];
  const mine = Object.entries(draft.values).filter(([name, written]) => !same(written, old.values[name]));
  const decided = Object.entries(draft.secrets).filter(([name, secret]) => secret !== 'kept' && name in now.secrets);
  return {
    name: draft.name,
    way: draft.way === old.way ? now.way : draft.way,
    values: { ...now.values, ...Object.fromEntries(mine) },
    secrets: { ...now.secrets, ...Object.fromEntries(decided) },
  };
}

/** A draft in which all secrets are to be given anew, since they cannot be read, or the channel could not be made of them. */
export function anew(draft: ChannelDraft): ChannelDraft {
  return { ...draft, secrets: Object.fromEntries(Object.keys(draft.secrets).map((name) => [name, 'replaced'])) };
}

/** Settings that differ between two answers about a channel, by name. */
export function changedSettings(before: WireChannelDetail, after: WireChannelDetail): readonly string[] {
  const names = new Set([...Object.keys(before.settings), ...Object.keys(after.settings)]);
  const plain = [...names].filter((name) => !same(before.settings[name], after.settings[name]));
  const secrets = new Set([...before.secretsSet, ...after.secretsSet]);
  const told = [...secrets].filter((name) => before.secretsSet.includes(name) !== after.secretsSet.includes(name));
  return [...plain, ...told];
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const ADDRESSES = ['webhookUrl', 'url', 'urls', 'host', 'baseUrl'];

/** Names of the settings in sight that say where it leads, the most telling first. */
export function addressFields(form: ChannelForm, draft: ChannelDraft): readonly string[] {
  const { first, more } = layout(form, wayOf(form, draft));
  const shown = [...first, ...more].map(({ name }) => name);
  return ADDRESSES.filter((name) => shown.includes(name));
}
