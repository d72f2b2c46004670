import { describe, expect, it } from 'vitest';
import { idleProgram } from '../idle-program.ts';
import { complete, type LiveValues } from './complete.ts';
import { completionLines } from './protocol.ts';

const live: LiveValues = {
  namespaces: async () => ['shop', 'web', 'weather'].map((value) => ({ value, about: '' })),
  incidents: async () => [{ value: '3f2a5b6c7d8e9f00', about: 'CrashLoopBackOff: Deployment shop/web' }],
  contexts: async () => [{ value: 'prod', about: '' }],
  silences: async () => [{ value: 'sil_1', about: 'namespace="shop": load test' }],
  channels: async () => [{ value: 'ops', about: 'slack' }],
  sinks: async () => [{ value: 'search', about: 'https://search:9200' }],
};
const completed = (...words: string[]) => complete(idleProgram(), words, live);
const values = async (...words: string[]) => (await completed(...words)).suggestions.map(({ value }) => value);

describe('completion', () => {
  it('offers commands, and those of a command', async () => {
    expect(await values('')).toEqual(expect.arrayContaining(['serve', 'events', 'diagnose', 'doctor', 'completion']));
    expect(await values('d')).toEqual(['demo', 'diagnose', 'delivery', 'doctor']);
    expect(await values('incident', '')).toEqual(expect.arrayContaining(['list', 'show', 'ack', 'split']));
    expect(await values('delivery', 're')).toEqual(['replay']);
  });

  it('offers flags with what they mean', async () => {
    expect(await values('events', '--al')).toEqual(['--all-namespaces']);
    expect(await values('events', '-')).toEqual(expect.arrayContaining(['--namespace', '--context', '--help']));
    const { suggestions } = await completed('events', '--watch');
    expect(suggestions).toEqual([{ value: '--watch', about: expect.stringContaining('go on') }]);
  });

  it('offers values of flags, in every way that they are written', async () => {
    expect(await values('events', '-o', 'js')).toEqual(['json', 'jsonl']);
    expect(await values('events', '--output=y')).toEqual(['--output=yaml']);
    expect(await values('events', '--severity', 'critical,h')).toEqual(['critical,high']);
    expect(await values('events', '-n', 'we')).toEqual(['web', 'weather']);
    expect(await values('events', '-n', '!sh')).toEqual(['!shop']);
    expect(await values('serve', '--namespaces', 'shop,we')).toEqual(['shop,web', 'shop,weather']);
    expect(await values('events', '--context', '')).toEqual(['prod']);
  });

  it('offers incidents by their id where one is wanted', async () => {
    const { suggestions } = await completed('incident', 'show', '3');
    expect(suggestions).toEqual([{ value: '3f2a5b6c7d8e9f00', about: 'CrashLoopBackOff: Deployment shop/web' }]);
    for (const words of [
      ['why', ''],
      ['diagnose', ''],
      ['incident', 'merge', 'x', 'y', ''],
    ]) {
      expect(await values(...words)).toEqual(['3f2a5b6c7d8e9f00']);
    }
    expect(await values('incident', 'show', '3f2a', '')).toEqual([]);
    expect(await values('incident', 'ack', '-m', 'note', '')).toEqual(['3f2a5b6c7d8e9f00']);
  });

  it('offers silences and channels where one is wanted', async () => {
    expect(await values('silence', 'end', '')).toEqual(['sil_1']);
    expect(await values('silence', 'list', '--state', 'active,ex')).toEqual(['active,expired']);
    expect(await values('channel', 'test', 'o')).toEqual(['ops']);
    expect(await values('sink', 'refusals', 's')).toEqual(['search']);
    expect(await values('delivery', 'list', '--channel', '')).toEqual(['ops']);
    expect(await values('channel', 'preview', 'ops', '--notice', 'res')).toEqual(['resolved']);
    expect(await values('silence', 'add', '--incident', '')).toEqual(['3f2a5b6c7d8e9f00']);
  });

  it('offers names of matchers, which go on, and then their values', async () => {
    expect(await completed('silence', 'add', 'na')).toMatchObject({
      suggestions: [{ value: 'namespace=' }, { value: 'name=' }],
      isOpen: true,
    });
    expect(await completed('silence', 'add', 'namespace=we')).toEqual({
      suggestions: [
        { value: 'namespace=web', about: '' },
        { value: 'namespace=weather', about: '' },
      ],
      paths: 'none',
    });
    expect(await values('silence', 'add', 'namespace=shop', 'severity=c')).toEqual(['severity=critical']);
    expect(await values('silence', 'add', 'title=')).toEqual([]);
  });

  it('leaves paths to the shell', async () => {
    expect(await completed('serve', '--config', '')).toEqual({ suggestions: [], paths: 'files' });
    expect(await completed('rule', 'test', '')).toEqual({ suggestions: [], paths: 'files' });
    expect(await completed('events', '--recording', 'ex')).toEqual({ suggestions: [], paths: 'directories' });
    expect(await completed('replay', '')).toEqual({ suggestions: [], paths: 'directories' });
    expect(await completed('events', '--limit', '')).toEqual({ suggestions: [], paths: 'none' });
  });

  it('of what makes no sense is empty', async () => {
    for (const words of [
      ['events', 'surplus', ''],
      ['events', '--nonsense='],
      ['nonsense', 'x'],
    ]) {
      expect(await values(...words)).toEqual([]);
    }
    expect(await values()).toEqual(await values(''));
  });
});

describe('what a shell reads', () => {
  it('is a line each, and a directive', () => {
    const suggestions = [
      { value: 'prod', about: '' },
      { value: '3f2a', about: 'a\tb\n\u001b[2J'.padEnd(200, 'x') },
    ];
    expect(completionLines({ suggestions, paths: 'none' })).toMatch(/^prod\n3f2a\ta\\tb\\n\\x1b\[2Jx+…\n:4\n$/);
    expect(completionLines({ suggestions: [], paths: 'files' })).toBe(':0\n');
    expect(completionLines({ suggestions: [], paths: 'directories' })).toBe(':16\n');
    expect(completionLines({ suggestions: [], paths: 'none', isOpen: true })).toBe(':6\n');
  });

  it('is nothing that it could take for more than a word', () => {
    const hostile = ['$(reboot)', '`x`', 'a b', "a'b", 'a;b', 'a\nb', '\u202eevil', ''];
    const suggestions = [...hostile, 'arn:aws:eks:eu/prod', 'gke_a-b.c'].map((value) => ({ value, about: '' }));
    expect(completionLines({ suggestions, paths: 'none' })).toBe('arn:aws:eks:eu/prod\ngke_a-b.c\n:4\n');
  });
});
