/** What a reading of a failed probe starts from, and what it comes to. */
import type { PodContainer } from '../../container-runs.ts';
import type { LogLine } from './listening.ts';
import type { ProbeKind } from './probe-events.ts';
import type { ProbeSettings } from './probe-settings.ts';

export interface ProbeReading {
  /** Completes “its readiness probe fails: ”. */
  readonly because: string;
  readonly nextSteps: readonly string[];
  readonly line?: LogLine;
}

export interface Asked {
  readonly kind: ProbeKind;
  readonly said: string;
  readonly words: string;
  readonly settings: ProbeSettings | undefined;
  readonly each: PodContainer | undefined;
}
