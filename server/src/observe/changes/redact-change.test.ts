import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../kit/redaction.ts';
import type { FieldChange, ObjectChange } from '../../model/change.ts';
import { redactChange } from './redact-change.ts';

function redacted(diff: readonly FieldChange[], tagKey?: Uint8Array): ObjectChange {
  const made = createRedactor(tagKey === undefined ? {} : { tagKey });
  if (!made.ok) throw new Error('no redactor');
  const object = { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u' };
  const change = { id: 'u/2', cluster: { uid: 'c', name: 'c' }, object, at: 0, summary: 'raw', diff, revision: null };
  const once = redactChange(change, made.redactor);
  expect(redactChange(once, made.redactor)).toEqual(once);
  return once;
}

const one = (field: string, before: string | null, after: string | null, tagKey?: Uint8Array) =>
  redacted([{ field, before, after }], tagKey);

describe('a redacted change', () => {
  it('keeps what is no secret, and the line that tells it', () => {
    expect(one('env TOKEN_TTL', '3600', '1h')).toMatchObject({
      summary: 'env TOKEN_TTL changed from 3600 to 1h',
      diff: [{ before: '3600', after: '1h' }],
    });
  });

  it('masks a secret variable and still says that it changed', () => {
    expect(one('env DB_PASSWORD of proxy', 'hunter2', 'hunter3')).toMatchObject({
      summary: 'env DB_PASSWORD of proxy changed',
      diff: [{ before: '[redacted]', after: '[redacted, changed]' }],
    });
  });

  it('tells masked values apart by their tags where there is a key', () => {
    const [field] = one('env DB_PASSWORD', 'hunter2', 'hunter3', new Uint8Array(16).fill(7)).diff;
    expect(field?.before).toMatch(/^\[redacted:password:[0-9a-f]{8}\]$/);
    expect(field?.after).not.toBe(field?.before);
  });

  it('masks what was added and what was removed, also in the line', () => {
    expect(one('env API_TOKEN', null, 'abc123def456').summary).toBe('env API_TOKEN added');
    const removed = one('env API_TOKEN', 'abc123def456', null);
    expect(removed.summary).toBe('env API_TOKEN removed');
    expect(JSON.stringify(removed)).not.toContain('abc123');
  });

  it('shows where a secret variable comes from', () => {
    const [field] = one('env DB_PASSWORD', 'hunter2', 'from secret db key password').diff;
    expect(field).toEqual({
      field: 'env DB_PASSWORD',
      before: '[redacted:password]',
      after: 'from secret db key password',
    });
  });

  it.each([
    ['arguments', '["--password","hunter2"]', '["--password","hunter3"]'],
    ['arguments', 'run --password=hunter2', 'run --password=hunter3'],
    ['env DATABASE_URL', 'postgres://app:hunter2@db/shop', 'postgres://app:hunter3@db/shop'],
    ['annotation example.com/api-token', 'hunter2hunter2', 'hunter3hunter3'],
    ['readiness probe headers', '[{"name":"Authorization","value":"Bearer hunter2hunter2"}]', null],
  ])('masks a secret in %s %s', (field, before, after) => {
    const found = one(field, before, after);
    expect(JSON.stringify(found)).not.toContain('hunter');
    expect(found.diff[0]?.before).not.toBe(found.diff[0]?.after);
  });

  it('shows of long values the stretch where they part, whole secrets masked first', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const [field] = one('arguments', `${'x '.repeat(500)}${token} y`, `${'x '.repeat(500)}new y`).diff;
    expect(field?.before?.length).toBeLessThanOrEqual(300);
    expect(field?.before).toMatch(/^…/);
    expect(field?.after).toContain('new y');
    expect(JSON.stringify(field)).not.toContain('a1B2');
    const [cut] = one('arguments', null, `${'z'.repeat(280)} ${token}`).diff;
    expect(JSON.stringify(cut)).not.toContain('ghp_');
  });
});
