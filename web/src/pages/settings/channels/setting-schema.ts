/** What can be set for a kind of channel, read from the JSON Schema that the server gives of it. Pure. */
import type { WireChannelTypes } from '@tattle/contract';

type WireChannelType = WireChannelTypes['items'][number];
type Schema = Readonly<Record<string, unknown>>;

/** `pairs` are names with values, `texts` several values of which each is secret, `parts` a few named values that belong together. */
export type SettingKind = 'text' | 'number' | 'choice' | 'list' | 'texts' | 'pairs' | 'parts';

export interface Setting {
  readonly name: string;
  readonly kind: SettingKind;
  /** What the server says of it; empty where it says nothing. */
  readonly description: string;
  readonly isRequired: boolean;
  /** Goes in, and never comes out. */
  readonly isSecret: boolean;
  /** What holds where nothing is written; empty where nothing does. */
  readonly fallback: string;
  /** Of a choice. */
  readonly options: readonly string[];
  /** Of parts. */
  readonly parts: readonly string[];
  /** A choice between true and false. */
  readonly isTruth: boolean;
}

/** In the order of the schema. */
export function settingsOf({ schema, secrets }: Pick<WireChannelType, 'schema' | 'secrets'>): readonly Setting[] {
  const required = textsOf(schema['required']);
  return Object.entries(membersOf(schema)).map(([name, member]) => {
    const isSecret = secrets.includes(name);
    return {
      name,
      kind: kindOf(member, isSecret),
      description: typeof member['description'] === 'string' ? member['description'] : '',
      isRequired: required.includes(name),
      isSecret,
      fallback: fallbackOf(member['default']),
      options: member['type'] === 'boolean' ? ['true', 'false'] : textsOf(member['enum']),
      parts: Object.keys(membersOf(member)),
      isTruth: member['type'] === 'boolean',
    };
  });
}

/** What no kind fits is written as text, and the server says what is wrong with it. */
function kindOf(member: Schema, isSecret: boolean): SettingKind {
  if (member['type'] === 'boolean' || Array.isArray(member['enum'])) return 'choice';
  if (member['type'] === 'number' || member['type'] === 'integer') return 'number';
  if (member['type'] === 'array') return isSecret ? 'texts' : 'list';
  if (member['type'] === 'object') return Object.keys(membersOf(member)).length > 0 ? 'parts' : 'pairs';
  return 'text';
}

function fallbackOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function membersOf(schema: Schema): Readonly<Record<string, Schema>> {
  return (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
