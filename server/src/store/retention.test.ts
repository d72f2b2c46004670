import { describe, expect, it } from 'vitest';
import { RETENTION_CLASSES } from './event-id.ts';
import { daysKept, DEFAULT_RETENTION, retentionClassifier } from './retention.ts';

describe('retention', () => {
  it('takes the first rule that matches, else the normal class', () => {
    const classify = retentionClassifier({
      ...DEFAULT_RETENTION,
      rules: [
        { namespaces: ['legal', 'team-*-prod', '*audit*'], keep: 'hold' },
        { severities: ['info', 'low'], namespaces: ['*'], keep: 'short' },
        { severities: ['critical'], keep: 'long' },
      ],
    });
    const named = (namespace: string, severity: string) => RETENTION_CLASSES[classify(namespace, severity)];
    expect(named('legal', 'info')).toBe('hold');
    expect(named('team-a-prod', 'info')).toBe('hold');
    expect(named('team-prod', 'info')).toBe('short');
    expect(named('kube-audit-logs', 'high')).toBe('hold');
    expect(named('legal-eu', 'critical')).toBe('long');
    expect(named('', 'high')).toBe('normal');
  });

  it('keeps what is held for ever', () => {
    expect(daysKept(DEFAULT_RETENTION, RETENTION_CLASSES.indexOf('normal'))).toBe(30);
    expect(daysKept(DEFAULT_RETENTION, RETENTION_CLASSES.indexOf('hold'))).toBeNull();
  });
});
