import { describe, expect, it } from 'vitest';
import { channelTypes } from '../../../../../server/src/app/live-channels/channel-views.ts';
import { layout } from './channel-guide.ts';
import { guideOf, inOrder } from './channel-guides.ts';
import { settingsOf } from './setting-schema.ts';
import { choiceWords, hasWords, hintOf, labelOf } from './setting-words.ts';

/** As the server answers them. */
const KINDS = channelTypes().map(({ type, schema, secrets }) => {
  const settings = settingsOf({ schema: { ...schema }, secrets: [...secrets] });
  return { type, settings, guide: guideOf(type), ways: guideOf(type).ways ?? [null] };
});

describe.each(KINDS)('the form of $type', ({ type, settings, guide, ways }) => {
  const names = settings.map(({ name }) => name);

  it('is described', () => {
    expect(guide.about).not.toBe('');
    for (const way of ways) expect((way?.steps ?? guide.steps ?? []).length).toBeGreaterThan(0);
  });

  it('names only settings that there are', () => {
    const named = [
      ...guide.first,
      ...(guide.ways ?? []).flatMap(({ needs, first = [], also }) => [...needs, ...first, ...also]),
      ...Object.keys({ ...guide.labels, ...guide.hints, ...guide.examples }),
    ];
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('has a place and words for every setting', () => {
    const placed = ways.flatMap((way) => Object.values(layout({ guide, settings }, way)).flat());
    expect(new Set(placed.map(({ name }) => name))).toEqual(new Set(names));
    for (const setting of settings) {
      expect([...[setting.name], ...setting.parts].filter((name) => !hasWords(name))).toEqual([]);
      expect(labelOf(setting.name, guide)).not.toBe('');
      if (setting.kind !== 'choice') expect(hintOf(setting, guide), setting.name).toMatch(/\.$/);
      // Names and methods of a protocol stand as they are.
      if (type !== 'webhook' || setting.name !== 'method')
        expect(setting.options.filter((option) => choiceWords(option) === option)).toEqual([]);
    }
  });

  it('shows each setting once, and what is required first', () => {
    for (const way of ways) {
      const { first, more } = layout({ guide, settings }, way);
      expect(new Set([...first, ...more]).size).toBe(first.length + more.length);
      expect(first.map(({ name }) => name)).toEqual(
        expect.arrayContaining(settings.filter(({ isRequired }) => isRequired).map(({ name }) => name)),
      );
      expect(first.length).toBeLessThanOrEqual(5);
    }
  });
});

it('offers those that it knows in its order, and others last', () => {
  const types = inOrder([{ type: 'pigeon' }, { type: 'webhook' }, { type: 'slack' }]).map(({ type }) => type);
  expect(types).toEqual(['slack', 'webhook', 'pigeon']);
  expect(guideOf('constructor').about).toBe('');
});

it('reads a schema that it does not know', () => {
  const [flag, list, odd] = settingsOf({
    schema: {
      properties: { isLoud: { type: 'boolean', default: false }, lines: { type: 'array' }, odd: { anyOf: [{}, {}] } },
      required: ['lines'],
    },
    secrets: ['odd'],
  });
  expect(flag).toMatchObject({ kind: 'choice', options: ['true', 'false'], fallback: 'false', isTruth: true });
  expect(list).toMatchObject({ kind: 'list', isRequired: true, description: '' });
  expect(odd).toMatchObject({ kind: 'text', isSecret: true });
  expect(labelOf('isLoud')).toBe('Is loud');
});
