/** What the doctor says of one thing. */

export type CheckState = 'ok' | 'warn' | 'fail' | 'skipped';

export interface Check {
  readonly name: string;
  readonly state: CheckState;
  /** What was found, or why it was not looked at. Holds no secret. */
  readonly detail: string;
  /** What to do about it, perhaps lines of YAML; empty where there is nothing to do. */
  readonly mend: string;
}

export function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail, mend: '' };
}

export function warn(name: string, detail: string, mend: string): Check {
  return { name, state: 'warn', detail, mend };
}

export function fail(name: string, detail: string, mend: string): Check {
  return { name, state: 'fail', detail, mend };
}

export function skipped(name: string, detail: string, mend = ''): Check {
  return { name, state: 'skipped', detail, mend };
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  const inner = error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : '';
  const cause = error.cause instanceof Error && error.cause.message !== '' ? `: ${error.cause.message}` : '';
  return `${error.message || inner || error.name}${cause}`;
}
