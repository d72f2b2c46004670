import { describe, expect, it } from 'vitest';
import { actionWords, targetPath } from './audit-words.ts';

describe('the audit trail in words', () => {
  it('leaves what it does not know as it is, whatever its name', () => {
    expect(actionWords('settings.change')).toBe('Changed a setting');
    expect(actionWords('remediation.approve')).toBe('remediation.approve');
    expect(actionWords('toString')).toBe('toString');
  });

  it('leads to what it was done to', () => {
    expect(targetPath('settings.change', 'filter.excludedNamespaces')).toBe('/settings/namespaces');
    expect(targetPath('settings.change', 'filter.clusterScoped')).toBe('/settings/namespaces');
    expect(targetPath('settings.change', 'filter.minimumCount')).toBe('/settings/event-types');
    expect(targetPath('settings.change', 'retention.days.long')).toBe('/settings/retention');
    expect(targetPath('incident.resolve', '0192-ab')).toBe('/incidents/0192-ab');
    expect(targetPath('delivery.replay', 'deliveries')).toBe('/deliveries');
    expect(targetPath('token.revoke', 'x1')).toBe('/settings/access');
  });

  it('leads nowhere where a target would leave its place in the address', () => {
    expect(targetPath('incident.note', '../settings?x=')).toBeNull();
    expect(targetPath('session.open', 'abc')).toBeNull();
  });
});
