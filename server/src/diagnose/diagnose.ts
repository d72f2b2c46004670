/** From an incident and its evidence to a diagnosis: every analyzer is asked, the most specific finding wins. Pure. */
import type { Citation, Diagnosis, Finding } from '../model/diagnosis.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Analyzer } from './analyzer.ts';
import type { Case } from './case.ts';
import { choose, type Found } from './choosing.ts';
import { withCulpritChange } from './culprit-change.ts';
import { leadingChanges } from './leading-changes.ts';
import { regressionOf } from './rollout-regression.ts';
import { homeNamespace } from './home-namespace.ts';

export interface Asked {
  readonly analyzers: readonly Analyzer[];
  /** The objects behind something that does not answer: the service, and the workloads that it selects. */
  readonly behind: (dependency: NonNullable<Finding['dependency']>, namespace: string) => readonly ObjectRef[];
  /** An exception of an analyzer belongs to it: it is told here, and the others are asked all the same. */
  readonly onFault: (error: Error, analyzer: string) => void;
  /** Whether the words that a finding cites are really there. */
  readonly stands: (citation: Citation) => boolean;
  readonly at: number;
}

/** Below this a finding is a guess, and saying nothing is better; `unknown` says what is known. */
const LEAST_CONFIDENCE = 0.5;
const MOST_OTHERS = 5;
/** The analyzers that read nodes, by name. */
const ABOUT_NODES: ReadonlySet<string> = new Set(['node', 'eviction', 'unexplained']);

/** Null where no analyzer has anything to say. */
export function diagnose(the: Case, asked: Asked): Diagnosis | null {
  const found = choose(askAll(the, asked).filter(isAbout(the)), the.conditions);
  const [first] = found;
  if (first === undefined) return null;
  const { finding } = first;
  const culprits = finding.dependency === undefined ? [] : asked.behind(finding.dependency, homeNamespace(the));
  const changes = leadingChanges(the, finding.cause, culprits);
  const regression = regressionOf(the, finding, changes[0]);
  const chosen = regression ?? withCulpritChange(the, finding, changes[0], culprits);
  const others = found.slice(regression === null ? 1 : 0).filter((each) => each.finding.confidence >= LEAST_CONFIDENCE);
  return {
    ...chosen,
    incidentId: the.incident.id,
    by: first.by,
    at: asked.at,
    also: others.slice(0, MOST_OTHERS).map(({ finding: { cause, explanation, confidence, citations } }) => ({
      cause,
      explanation,
      confidence,
      citations,
    })),
    changes: changes.map(({ value }) => value),
  };
}

/** The pods of a node in trouble have troubles of their own, which are their workloads' incidents. */
function isAbout({ incident }: Case): (found: Found) => boolean {
  if (incident.root.kind !== 'Node') return () => true;
  return ({ by }) => ABOUT_NODES.has(by);
}

function askAll(the: Case, { analyzers, stands, onFault }: Asked): readonly Found[] {
  const found: Found[] = [];
  for (const analyzer of analyzers) {
    try {
      for (const finding of analyzer.analyze(the)) {
        const isSure = finding.confidence >= LEAST_CONFIDENCE || finding.cause === 'unknown';
        const citations = distinct(finding.citations).filter(stands);
        if (isSure && citations.length > 0) found.push({ by: analyzer.name, finding: { ...finding, citations } });
      }
    } catch (error) {
      onFault(error instanceof Error ? error : new Error(String(error)), analyzer.name);
    }
  }
  return found;
}

function distinct(citations: readonly Citation[]): readonly Citation[] {
  return [...new Map(citations.map((citation) => [`${citation.evidenceId} ${citation.text}`, citation])).values()];
}
