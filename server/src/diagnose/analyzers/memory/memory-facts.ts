/** What limits a container's memory, what it used, and what to look at: for every finding about memory. */
import { fields, isFields, text } from '../../../kit/fields.ts';
import type { Citation } from '../../../model/diagnosis.ts';
import type { Case, Usage } from '../../case.ts';
import { citeField } from '../../cite.ts';
import { citeContainerSpec, type PodContainer, restartsOf } from '../../container-runs.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { logsCommand, usageCommand } from '../../pod-commands.ts';
import { printBytes } from '../../quantity.ts';
import type { Rise } from './memory-trend.ts';

/** Known to have none: an empty spec says nothing. */
export function isWithoutLimit(each: PodContainer): boolean {
  return isFields(each.container.spec['resources']) && limitOf(each) === '';
}

/** The container's own, else that of the pod as a whole. */
export function limitOf({ pod, container }: PodContainer): string {
  const own = text(fields(fields(container.spec['resources'])['limits'])['memory'], 64);
  return own || text(fields(fields(pod.spec.value['resources'])['limits'])['memory'], 64);
}

export function citeLimit(each: PodContainer): Citation | null {
  return (
    citeContainerSpec(each, 'resources', 'limits', 'memory') ??
    citeField(each.pod.spec, ['resources', 'limits', 'memory'])
  );
}

export function usageOf(the: Case, { pod, container }: PodContainer): Usage | undefined {
  return the.usage.find(({ value }) => value.pod === pod.ref.name && value.container === container.name)?.value;
}

export function used(usage: Usage | undefined): string {
  const peak = usage?.memory.peakBytes ?? usage?.memory.bytes;
  return peak === undefined || peak === null ? '' : `; it used up to ${printBytes(peak)} in the hour before`;
}

export function risen(rise: Rise | undefined): string {
  if (rise === undefined) return '';
  return ` Its use rose steadily from ${printBytes(rise.fromBytes)} to ${printBytes(rise.toBytes)} within ${rise.minutes} min.`;
}

export function leakSteps({ container }: PodContainer): readonly string[] {
  return [
    `Look for what container ${container.name} keeps: take a heap profile while its memory is high`,
    'Compare with the release before: roll back if the rise began with it',
    'Restart it, or raise the limit, to gain time; the leak will fill that, too',
  ];
}

export function commandsFor(each: PodContainer): readonly string[] {
  return commandsOf(
    describeCommand(each.pod.ref),
    usageCommand(each),
    logsCommand(each, restartsOf(each.container) > 0 ? 'previous' : 'current'),
  );
}
