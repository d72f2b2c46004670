/** Rules: CEL expressions that say whether somebody should know. Checked with their types when they are read, bounded when they run. */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import type { RE2JS } from 're2js';
import { type ClusterEvent, SEVERITIES } from '../../model/cluster-event.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import type { Incident } from '../../model/incident.ts';
import type { Reading } from './matchers.ts';
import { compilePattern } from './patterns.ts';

export interface RuleSubject {
  readonly incident: Incident;
  readonly event: ClusterEvent | null;
  readonly diagnosis: Pick<Diagnosis, 'cause' | 'confidence'> | null;
}

/** What a rule looks at may be such that it cannot be answered (a division by zero): that is told, and counts as no. */
export type RuleAnswer = { readonly matches: boolean; readonly fault: string | null };

const LIMITS = { maxAstNodes: 500, maxDepth: 50, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 16 };
/** Macros run their body for each element: two levels over a hundred elements are ten thousand steps, three would be a million. */
const DEEPEST_MACROS = 2;
const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'bind']);
/** They make lists and texts of any length: whoever uses them walks once. */
const GROWING = new Set(['split', 'join']);
const LINEAR_MATCHES = 'matchesRe2';
/** Instructions times characters that the patterns of one evaluation may take: the largest pattern over the longest message. */
const MOST_MATCH_STEPS = 17_000_000;
/** Patterns that a rule keeps; those that it makes as it runs are made again. */
const MOST_KEPT = 100;

const EVENT_SCHEMA = {
  type: 'string',
  reason: 'string',
  message: 'string',
  cluster: 'string',
  namespace: 'string',
  kind: 'string',
  name: 'string',
  root_kind: 'string',
  root_name: 'string',
  node: 'string',
  source: 'string',
  severity: 'string',
  category: 'string',
  condition: 'string',
  count: 'int',
  labels: 'map<string, string>',
};
const INCIDENT_SCHEMA = {
  id: 'string',
  cluster: 'string',
  namespace: 'string',
  kind: 'string',
  name: 'string',
  title: 'string',
  state: 'string',
  severity: 'string',
  category: 'string',
  condition: 'string',
  event_count: 'int',
  regressions: 'int',
};
const DIAGNOSIS_SCHEMA = { cause: 'string', confidence: 'double' };

export function compileIncidentRule(when: string): Reading<(subject: RuleSubject) => RuleAnswer> {
  const patterns = new RulePatterns();
  const environment = baseEnvironment(patterns)
    .registerVariable({ name: 'incident', schema: INCIDENT_SCHEMA })
    .registerVariable({ name: 'event', schema: EVENT_SCHEMA })
    .registerVariable({ name: 'diagnosis', schema: DIAGNOSIS_SCHEMA });
  const compiled = compile(environment, when, patterns);
  if (!compiled.ok) return compiled;
  return {
    ok: true,
    value: ({ incident, event, diagnosis }) =>
      compiled.value({
        incident: incidentValues(incident),
        event: eventValues(event),
        diagnosis: { cause: diagnosis?.cause ?? '', confidence: diagnosis?.confidence ?? 0 },
      }),
  };
}

export function compileEventRule(when: string): Reading<(event: ClusterEvent) => RuleAnswer> {
  const patterns = new RulePatterns();
  const environment = baseEnvironment(patterns).registerVariable({ name: 'event', schema: EVENT_SCHEMA });
  const compiled = compile(environment, when, patterns);
  if (!compiled.ok) return compiled;
  return { ok: true, value: (event) => compiled.value({ event: eventValues(event) }) };
}

type Values = Readonly<Record<string, unknown>>;

function compile(
  environment: Environment,
  when: string,
  patterns: RulePatterns,
): Reading<(values: Values) => RuleAnswer> {
  try {
    const source = onLinearEngine(when, environment.parse(when).ast);
    const expression = environment.parse(source);
    // A comment in between may hold the name, and be taken for it.
    if (nodesOf(expression.ast).some((node) => nameOf(node) === 'matches')) {
      return wrong('put no comment between a text and its matches(…)');
    }
    const { valid, type, error } = expression.check();
    if (!valid) return wrong(error === undefined ? 'its types do not fit' : firstLine(error));
    if (type !== 'bool') return wrong(`must be true or false, it is ${String(type)}`);
    const deepest = nodesOf(expression.ast).some((node) => GROWING.has(nameOf(node))) ? 1 : DEEPEST_MACROS;
    if (macroDepth(expression.ast) > deepest) {
      return wrong(
        'macros in macros in macros would take too long: use two levels at the most, one beside split and join',
      );
    }
    return {
      ok: true,
      value: (values) => {
        try {
          patterns.begin();
          return { matches: expression({ ...values }) === true, fault: null };
        } catch (fault) {
          return { matches: false, fault: firstLine(fault) };
        }
      },
    };
  } catch (error) {
    return wrong(firstLine(error));
  }
}

function baseEnvironment(patterns: RulePatterns): Environment {
  const matches = (text: string, pattern: string) => patterns.found(text, pattern);
  return new Environment({ limits: LIMITS })
    .registerFunction('string.atLeast(string): bool', atLeast)
    .registerFunction(`string.${LINEAR_MATCHES}(string): bool`, matches)
    .registerFunction(`${LINEAR_MATCHES}(string, string): bool`, matches);
}

/** `incident.severity.atLeast("high")`. */
function atLeast(severity: string, least: string): boolean {
  const rankOf = (name: string) => SEVERITIES.findIndex((known) => known === name);
  if (rankOf(least) === -1) throw new Error(`${least} is no severity`);
  return rankOf(severity) !== -1 && rankOf(severity) <= rankOf(least);
}

/** The patterns of one rule, compiled once, and what they may take in one evaluation: macros ask them over and over. */
class RulePatterns {
  readonly #compiled = new Map<string, RE2JS>();
  #steps = 0;

  begin(): void {
    this.#steps = 0;
  }

  /** Throws where it is no pattern, or would take too long. */
  found(text: string, pattern: string): boolean {
    const compiled = this.#compiled.get(pattern) ?? this.#compile(pattern);
    this.#steps += compiled.programSize() * (text.length + 1);
    if (this.#steps > MOST_MATCH_STEPS)
      throw new Error('its patterns take too long: fewer, or smaller ones are needed');
    return compiled.matcher(text).find();
  }

  #compile(pattern: string): RE2JS {
    // To make one takes about as long as to go through a thousand characters with it.
    this.#steps += pattern.length * 1000;
    const compiled = compilePattern(pattern);
    if (compiled === null) throw new Error('a pattern is none of RE2, or too large');
    if (this.#compiled.size < MOST_KEPT) this.#compiled.set(pattern, compiled);
    return compiled;
  }
}

/** CEL's `matches` means RE2; the library runs it on an engine that a pattern can stall, and lets nobody replace it: so its calls are renamed. */
function onLinearEngine(source: string, ast: ASTNode): string {
  let renamed = source;
  const calls = nodesOf(ast).filter((node) => nameOf(node) === 'matches');
  // From the end, so that places further left stay where they are.
  for (const node of calls.sort((a, b) => nameStart(b) - nameStart(a))) {
    const start = renamed.indexOf('matches', nameStart(node));
    renamed = `${renamed.slice(0, start)}${LINEAR_MATCHES}${renamed.slice(start + 'matches'.length)}`;
  }
  return renamed;
}

/** What a node calls; empty where it calls nothing. */
function nameOf({ op, args }: ASTNode): string {
  return op === 'rcall' || op === 'call' ? args[0] : '';
}

/** From where on the name of a call is the next thing: behind its receiver, where it has one. */
function nameStart(node: ASTNode): number {
  return node.op === 'rcall' ? node.args[1].end : node.start;
}

function macroDepth(node: ASTNode): number {
  const own = node.op === 'rcall' && MACROS.has(node.args[0]) ? 1 : 0;
  return own + Math.max(0, ...childrenOf(node).map(macroDepth));
}

function nodesOf(node: ASTNode): ASTNode[] {
  return [node, ...childrenOf(node).flatMap(nodesOf)];
}

function childrenOf({ args }: ASTNode): ASTNode[] {
  return Array.isArray(args) ? (args.flat(2) as unknown[]).filter(isNode) : isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function incidentValues(incident: Incident): Values {
  const { id, cluster, root, title, state, severity, category, condition, eventCount, regressions } = incident;
  return {
    id,
    cluster: cluster.name,
    namespace: root.namespace,
    kind: root.kind,
    name: root.name,
    title,
    state,
    severity,
    category,
    condition,
    event_count: BigInt(eventCount),
    regressions: BigInt(regressions),
  };
}

function eventValues(event: ClusterEvent | null): Values {
  return {
    type: event?.type ?? '',
    reason: event?.reason ?? '',
    message: event?.message ?? '',
    cluster: event?.clusterName ?? '',
    namespace: event?.object.namespace ?? '',
    kind: event?.object.kind ?? '',
    name: event?.object.name ?? '',
    root_kind: event?.rootOwner.kind ?? '',
    root_name: event?.rootOwner.name ?? '',
    node: event?.node ?? '',
    source: event?.source ?? '',
    severity: event?.severity ?? '',
    category: event?.category ?? '',
    condition: event?.condition ?? '',
    count: BigInt(event?.count ?? 0),
    labels: event?.labels ?? {},
  };
}

function wrong(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it cannot be evaluated';
}
