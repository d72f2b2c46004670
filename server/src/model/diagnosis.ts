/** Diagnoses: a cause by its stable code, what it stands on, and what to do next. From analyzers, or a model. */
import type { ObjectChange } from './change.ts';

/** Stable: users route and filter by them. Each has a page in docs/runbooks/. The order says nothing. */
export const CAUSE_CODES = [
  'missing-configuration',
  'missing-reference',
  'bad-command',
  'unhandled-exception',
  'authentication-failed',
  'permission-denied',
  'dependency-unreachable',
  'dns-failure',
  'tls-failure',
  'port-in-use',
  'disk-full',
  'read-only-filesystem',
  'memory-limit-too-low',
  'memory-leak',
  'image-pull',
  'architecture-mismatch',
  'insufficient-resources',
  'node-affinity',
  'taint',
  'topology',
  'volume-unbound',
  'volume-mount',
  'quota-exceeded',
  'admission-refused',
  'readiness-probe',
  'liveness-probe',
  'startup-probe',
  'lifecycle-hook',
  'ephemeral-storage',
  'node-lost',
  'node-pressure',
  'preempted',
  'deadline-exceeded',
  'metrics-unavailable',
  'no-endpoints',
  'rollout-regression',
  'unknown',
] as const;
export type CauseCode = (typeof CAUSE_CODES)[number];

/** A piece of evidence and the words in it that a claim stands on: a log line, an event's message, or `path: value` of an object. */
export interface Citation {
  readonly evidenceId: string;
  readonly text: string;
}

/** Something that the failing workload calls and that does not answer, as its own words name it. */
export interface Dependency {
  readonly host: string;
  readonly port: number | null;
}

/** What one analyzer concludes. Pure: the same incident and evidence give the same finding. */
export interface Finding {
  readonly cause: CauseCode;
  /** One or two sentences for the person on call: what happened, with names and figures. No advice. */
  readonly explanation: string;
  /** 0 to 1. Above 0.8: the evidence says so in words. 0.5 to 0.8: the usual reading. Below: a guess, which `unknown` beats. */
  readonly confidence: number;
  /** At least one. */
  readonly citations: readonly Citation[];
  /** What to do, the most useful first; imperative, concrete, with the names filled in. */
  readonly nextSteps: readonly string[];
  /** Commands that only read (`kubectl get`, `describe`, `logs`); safe to paste. */
  readonly commands: readonly string[];
  readonly dependency?: Dependency;
}

/** What is shown for an incident: the finding that won, and the changes that led up to it, the leading one first. */
export interface Diagnosis extends Finding {
  readonly incidentId: string;
  /** Name of the analyzer. */
  readonly by: string;
  readonly at: number;
  /** Other findings that the evidence supports, less specific or less sure. */
  readonly also: readonly Pick<Finding, 'cause' | 'explanation' | 'confidence' | 'citations'>[];
  readonly changes: readonly ObjectChange[];
}
