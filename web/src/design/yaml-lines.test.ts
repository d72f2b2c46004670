import { describe, expect, it } from 'vitest';
import { isAtOrBelow, yamlLines, yamlText } from './yaml-lines.ts';

describe('a value as YAML', () => {
  it('reads as kubectl writes it', () => {
    const value = { spec: { containers: [{ name: 'app', args: ['--a', 'b'] }], empty: {}, none: [] }, count: 3 };
    expect(yamlText(yamlLines(value))).toBe(
      'spec:\n  containers:\n  - name: app\n    args:\n    - --a\n    - b\n  empty: {}\n  none: []\ncount: 3',
    );
  });

  it('quotes a text that would be taken for a number, a truth or nothing', () => {
    expect(yamlText(yamlLines({ a: '1', b: 'true', c: '', d: 1, e: null, f: '1h' }))).toBe(
      'a: "1"\nb: "true"\nc: ""\nd: 1\ne: null\nf: 1h',
    );
  });

  it('writes a text of several lines below its key', () => {
    expect(yamlText(yamlLines([{ script: 'a\nb\n' }]))).toBe('- script: |\n    a\n    b');
  });

  it('says of each line which place it shows', () => {
    const lines = yamlLines({ list: [{ name: 'a' }, { name: 'b', probe: { port: 1 } }] });
    const below = lines.filter(({ pointer }) => isAtOrBelow(pointer, ['list', 1, 'probe']));
    expect(yamlText(below)).toBe('  probe:\n    port: 1');
    expect(isAtOrBelow(['list', 1], ['list', 1, 'probe'])).toBe(false);
  });

  it('takes a bare scalar, and nested lists', () => {
    expect(yamlText(yamlLines('…'))).toBe('…');
    expect(yamlText(yamlLines([[1, 2], [3]]))).toBe('- - 1\n  - 2\n- - 3');
  });

  it('takes keys that objects have by themselves as what they are', () => {
    expect(yamlText(yamlLines(JSON.parse('{"__proto__": "x", "constructor": "y"}')))).toBe(
      '__proto__: x\nconstructor: y',
    );
  });
});
