/** What is played of an exported incident, and between which moments. */
import type { ExportedIncident } from './exported-incident.ts';
import type { HeldObjects } from './held-objects.ts';

export interface Playing {
  readonly incident: ExportedIncident;
  readonly held: HeldObjects;
  /** Where the playing begins. */
  readonly start: number;
  /** From here on objects fare as they were first captured: just before the incident opened. */
  readonly turn: number;
}

/** What makes pods. */
export const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job']);
