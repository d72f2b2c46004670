/** Containers killed for memory, and heaps that are full: a limit too low, a leak, or a node without memory. */
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, Usage } from '../../case.ts';
import { cited, citeEvent, citeField } from '../../cite.ts';
import { containersOf, endedRuns, type PodContainer } from '../../container-runs.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { parseQuantity, printBytes } from '../../quantity.ts';
import { readHeap } from './heap-finding.ts';
import { citeLimit, commandsFor, isWithoutLimit, leakSteps, limitOf, risen, usageOf, used } from './memory-facts.ts';
import { type MemoryKill, memoryKills, saysTooLow } from './memory-kill.ts';
import { nodeKill } from './node-kill.ts';
import { printLength, regularRuns, runLength, steadyRise } from './memory-trend.ts';

export const memory: Analyzer = {
  name: 'memory',
  causes: ['memory-limit-too-low', 'memory-leak', 'node-pressure'],
  analyze(the) {
    const kills = memoryKills(the);
    const kill = kills.find(({ sign }) => sign === 'told') ?? kills[0];
    if (kill !== undefined) return [readKill(the, kill)];
    const heaps = containersOf(the).flatMap((each) => readHeap(the, each) ?? []);
    return heaps.length > 0 ? heaps.slice(0, 1) : [...toldByEvents(the)];
  },
};

const CONFIDENCE = { told: 0.93, start: 0.93, replica: 0.85, log: 0.66 } as const;

function readKill(the: Case, kill: MemoryKill): Finding {
  const { each, run } = kill;
  if (isWithoutLimit(each)) return nodeKill(the, kill);
  const usage = usageOf(the, each);
  const rise = usage && steadyRise(usage);
  const regular = kill.sign === 'told' ? regularRuns(endedRuns(each.container).filter(isMemoryKill)) : undefined;
  const isLeak = kill.sign !== 'start' && (rise !== undefined || regular !== undefined);
  const lasted = run && runLength(run);
  const pace = regular === undefined ? '' : ` It takes about ${printLength(regular)} to fill up, again and again.`;
  return {
    cause: isLeak ? 'memory-leak' : 'memory-limit-too-low',
    explanation: `${opening(kill)}${lasted === undefined ? '' : ` ${printLength(lasted)} after its start`}${used(usage)}.${risen(rise)}${isLeak ? pace : ''}${lowered(the, each)}`,
    confidence: isLeak ? (rise === undefined ? 0.68 : 0.9) : CONFIDENCE[kill.sign] - (limitOf(each) === '' ? 0.15 : 0),
    citations: cited(
      kill.citation,
      citeLimit(each),
      loweredBy(the, each)?.citation,
      run === undefined || kill.sign === 'told' ? null : citeField(each.pod.status, [...run.path, 'exitCode']),
    ),
    nextSteps: isLeak ? leakSteps(each) : limitSteps(each, usage),
    commands: commandsFor(each),
  };
}

function opening({ each, sign }: MemoryKill): string {
  const limit = limitOf(each);
  const name = `Container ${each.container.name}`;
  const under = limit === '' ? '' : ` of ${limit}`;
  if (sign === 'start') return `${name} could not even start below its memory limit${under}`;
  if (sign === 'told') return `${name} went over its memory limit${under} and was killed (OOMKilled)`;
  const why = sign === 'replica' ? 'as its replicas were (OOMKilled)' : 'most likely for memory';
  return `${name} was killed (exit code 137), ${why}, at a memory limit${under}`;
}

function isMemoryKill({ reason }: { readonly reason: string }): boolean {
  return reason === 'OOMKilled';
}

/** The limit that a change lowered just before. */
function loweredBy(the: Case, each: PodContainer) {
  const ours = ['memory limit', `memory limit of ${each.container.name}`];
  for (const { evidenceId, value } of the.changes) {
    const change = value.diff.find(({ field }) => ours.includes(field));
    const before = parseQuantity(change?.before);
    const after = parseQuantity(change?.after);
    if (change === undefined || before === undefined || after === undefined || after >= before) continue;
    return { before: change.before ?? '', after: change.after ?? '', citation: { evidenceId, text: value.summary } };
  }
  return undefined;
}

function lowered(the: Case, each: PodContainer): string {
  const change = loweredBy(the, each);
  return change === undefined ? '' : ` The limit was lowered from ${change.before} to ${change.after} just before.`;
}

function limitSteps(each: PodContainer, usage: Usage | undefined): readonly string[] {
  const limit = limitOf(each);
  const bytes = Math.max(parseQuantity(limit) ?? 0, usage?.memory.peakBytes ?? 0);
  const twice = bytes > 0 ? ` (to ${printBytes(bytes * 2)}, for a start)` : '';
  return [
    `Raise resources.limits.memory of container ${each.container.name} above ${limit || 'its present value'}${twice}`,
    'Or cut its memory use: smaller batches, fewer workers, smaller caches',
    'Check that a runtime with its own heap limit (Java, Node.js) leaves room below the container’s limit',
  ];
}

/** Where no captured pod tells of it: what the detectors saw before, or a sandbox that did not fit below the limit. */
function* toldByEvents(the: Case): Generator<Finding> {
  const known = new Set(the.pods.map(({ ref }) => ref.name));
  const event = the.events.find(
    ({ source, reason, message, object }) =>
      !known.has(object.name) &&
      ((source === 'tattle' && reason === 'OOMKilled' && message.includes('memory limit ')) || saysTooLow(message)),
  );
  if (event === undefined) return;
  yield {
    cause: 'memory-limit-too-low',
    explanation: `Pod ${event.object.name} does not fit below its memory limit: ${event.message.slice(0, 300)}.`,
    confidence: 0.8,
    citations: [citeEvent(event)],
    nextSteps: ['Raise the memory limit of the container, or cut its memory use'],
    commands: commandsOf(describeCommand({ kind: 'Pod', namespace: event.object.namespace, name: event.object.name })),
  };
}
