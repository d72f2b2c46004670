/** Holds incidents against what was expected: each scenario's faults, and everything that nobody expected. */
import type { WireIncidentView } from '../contract/src/index.ts';
import type { Expected, Truth } from './eval-truth.ts';

export interface Verdict {
  readonly name: string;
  /** What was found, one line an incident. */
  readonly found: readonly string[];
  readonly faults: readonly string[];
}

export function judge(truth: Truth, incidents: readonly WireIncidentView[]): readonly Verdict[] {
  const claimed = new Set<string>();
  const verdicts = truth.expected.map((expected) => judgeOne(expected, incidents, claimed));
  return [...verdicts, alarms(truth, incidents, claimed), nodes(incidents)];
}

function judgeOne(expected: Expected, incidents: readonly WireIncidentView[], claimed: Set<string>): Verdict {
  const { namespace, roots, optional, atMost } = expected;
  const here = incidents.filter((incident) => namespaceOf(incident) === namespace);
  const match = here.find(({ root }) => roots.includes(`${root.kind}/${root.name}`));
  // Where more than one is allowed, the rest of the namespace belongs to the same trouble.
  for (const incident of atMost > 1 && here.length <= atMost ? here : match === undefined ? [] : [match])
    claimed.add(incident.id);
  const faults =
    match === undefined ? (optional ? [] : [`no incident at ${roots.join(' or ')}`]) : faultsOf(expected, match);
  if (here.length > atMost) faults.push(`${here.length} incidents in ${namespace}, at most ${atMost} are right`);
  return { name: `${namespace}: ${expected.title}`, found: match === undefined ? [] : [line(match)], faults };
}

function faultsOf(expected: Expected, incident: WireIncidentView): string[] {
  const faults: string[] = [];
  const { diagnosis } = incident;
  const wrong = (what: string, right: readonly string[], is: string) => {
    if (right.length > 0 && !right.includes(is)) faults.push(`${what} is ${is}, not ${right.join(' or ')}`);
  };
  wrong('the condition', expected.conditions, incident.condition);
  wrong('the severity', expected.severity === null ? [] : [expected.severity], incident.severity);
  wrong('the cause', expected.causes, diagnosis?.cause ?? 'missing');
  const cited = diagnosis?.citations.map(({ text }) => text).join('\n') ?? '';
  for (const text of expected.mustCite) if (!cited.includes(text)) faults.push(`does not cite "${text}"`);
  if (expected.change !== null) faults.push(...changeFaults(expected.change, incident));
  const isOver = incident.state === 'resolved';
  if (expected.resolves !== null && expected.resolves !== isOver) {
    faults.push(isOver ? 'is over, and should go on' : 'goes on, and should be over');
  }
  return faults;
}

/** The leading change says what was changed: each value that the truth names stands in it. */
function changeFaults(wanted: string, { changes }: WireIncidentView): readonly string[] {
  const [leading] = changes;
  if (leading === undefined) return [`names no change; right is "${wanted}"`];
  const values = wanted.match(/from \S+ to [^\s;]+/)?.[0] ?? wanted;
  return leading.summary.includes(values) ? [] : [`leads with "${leading.summary}", not "${wanted}"`];
}

function alarms(truth: Truth, incidents: readonly WireIncidentView[], claimed: ReadonlySet<string>): Verdict {
  const none = incidents.filter((incident) => !claimed.has(incident.id) && namespaceOf(incident) !== '');
  const quiet = truth.healthy.length === 0 ? '' : ` (${truth.healthy.join(', ')} are healthy)`;
  return { name: `no false alarm${quiet}`, found: [], faults: none.map((incident) => `raised ${line(incident)}`) };
}

/** A lost node is one incident a node, and is over when the node is back. */
function nodes(incidents: readonly WireIncidentView[]): Verdict {
  const found = incidents.filter(({ root }) => root.kind === 'Node');
  const names = new Set(found.map(({ root }) => root.name));
  const faults = found.length > names.size ? [`${found.length} incidents of ${names.size} nodes`] : [];
  return { name: `nodes: ${names.size === 0 ? 'none lost' : [...names].join(', ')}`, found: found.map(line), faults };
}

function namespaceOf({ root }: WireIncidentView): string {
  return root.namespace;
}

function line(incident: WireIncidentView): string {
  const { root, condition, severity, state, diagnosis, eventCount } = incident;
  return `${root.kind}/${root.name}  ${condition}  ${severity}  ${state}  ${diagnosis?.cause ?? '-'}  ${eventCount} events`;
}
