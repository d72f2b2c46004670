import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAUSE_CODES } from '../model/diagnosis.ts';
import { ANALYZERS } from './analyzers/index.ts';

const RUNBOOKS = join(import.meta.dirname, '../../../docs/runbooks');

describe('every cause', () => {
  it.each(CAUSE_CODES)('%s has a page of its own, by its name', (code) => {
    const page = readFileSync(join(RUNBOOKS, `${code}.md`), 'utf8');
    expect(page.split('\n', 1)[0]).toBe(`# ${code}`);
    expect(page.length).toBeGreaterThan(500);
    expect(page).not.toMatch(/TODO|FIXME/);
  });

  it.each(CAUSE_CODES.filter((code) => code !== 'rollout-regression'))('%s is found by an analyzer', (code) => {
    expect(ANALYZERS.filter(({ causes }) => causes.includes(code))).not.toEqual([]);
  });

  it('and no page is about anything else', () => {
    const known: readonly string[] = CAUSE_CODES;
    const pages = readdirSync(RUNBOOKS).filter((name) => name !== 'README.md');
    expect(pages.filter((name) => !known.includes(name.replace(/\.md$/, '')))).toEqual([]);
  });
});

it('analyzers have names of their own', () => {
  expect(new Set(ANALYZERS.map(({ name }) => name)).size).toBe(ANALYZERS.length);
});
