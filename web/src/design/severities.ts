/** The severities as pages write and sort them. */
import type { WireSeverity } from '@tattle/contract';

/** The worst first. */
export const SEVERITIES: readonly WireSeverity[] = ['critical', 'high', 'medium', 'low', 'info'];

export const SEVERITY_WORDS: Readonly<Record<WireSeverity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
};

export function isSeverity(text: string): text is WireSeverity {
  return SEVERITIES.some((severity) => severity === text);
}
