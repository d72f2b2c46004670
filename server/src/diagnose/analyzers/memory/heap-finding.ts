/** Programs that said that their own heap is full, and that the kernel did not kill. */
import type { Finding } from '../../../model/diagnosis.ts';
import type { Case } from '../../case.ts';
import { cited, citeField, citeLine } from '../../cite.ts';
import { endedRuns, isRunning, type PodContainer } from '../../container-runs.ts';
import { type FullHeap, fullHeap } from './heap-words.ts';
import { citeLimit, commandsFor, leakSteps, risen, usageOf, used } from './memory-facts.ts';
import { steadyRise } from './memory-trend.ts';

export function readHeap(the: Case, each: PodContainer): Finding | undefined {
  const [run] = endedRuns(each.container);
  const isReady = isRunning(each.container) && each.container.status['ready'] === true;
  if (run === undefined && isReady) return undefined;
  if (run?.exitCode === 0 && !isRunning(each.container)) return undefined;
  const heap = fullHeap(each.container.logs);
  if (heap === undefined) return undefined;
  const usage = usageOf(the, each);
  const rise = usage && steadyRise(usage);
  return {
    cause: rise === undefined ? 'memory-limit-too-low' : 'memory-leak',
    explanation: `The ${heap.language} process of container ${each.container.name} hit its own heap limit; the kernel did not kill it${used(usage)}.${risen(rise)}`,
    confidence: run !== undefined && run.exitCode !== 0 ? 0.88 : 0.7,
    citations: cited(
      citeLine(heap.log, heap.line),
      citeLimit(each),
      run && citeField(each.pod.status, [...run.path, 'exitCode']),
    ),
    nextSteps: rise === undefined ? heapSteps(each, heap) : leakSteps(each),
    commands: commandsFor(each),
  };
}

function heapSteps({ container }: PodContainer, { setting }: FullHeap): readonly string[] {
  return [
    `Raise ${setting} of container ${container.name}, and the container’s memory limit with it`,
    'Or cut its memory use: smaller batches, fewer workers, smaller caches',
    'If it always fills up after a while, look for a leak with a heap dump',
  ];
}
