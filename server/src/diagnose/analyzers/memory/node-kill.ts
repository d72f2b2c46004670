/** Kills for memory of containers that have no limit of their own: their node ran out of it. */
import { text } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Case } from '../../case.ts';
import { cited, citeEvent, citeField } from '../../cite.ts';
import { citeContainerSpec } from '../../container-runs.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { commandsFor } from './memory-facts.ts';
import type { MemoryKill } from './memory-kill.ts';

export function nodeKill(the: Case, { each, citation }: MemoryKill): Finding {
  const system = the.events.find(({ reason }) => reason === 'SystemOOM');
  const node = text(each.pod.spec.value['nodeName'], 253);
  const isTold = system !== undefined || isUnderPressure(the, node);
  return {
    cause: 'node-pressure',
    explanation: `Container ${each.container.name} was killed for memory although it has no limit of its own: node ${node || '(unknown)'} ran out of memory for its pods${system === undefined ? '' : ' (SystemOOM)'}.`,
    confidence: isTold ? 0.88 : 0.7,
    citations: cited(
      citation,
      system && citeEvent(system),
      citeContainerSpec(each, 'resources'),
      citeField(each.pod.spec, ['nodeName']),
    ),
    nextSteps: [
      `Give container ${each.container.name} a memory request and limit that fit its use`,
      `Find what uses the memory of node ${node || 'in question'}, and move or limit it`,
    ],
    commands: commandsOf(
      node === '' ? null : describeCommand({ kind: 'Node', namespace: '', name: node }),
      ...commandsFor(each),
    ).slice(0, 3),
  };
}

function isUnderPressure({ nodes }: Case, name: string): boolean {
  return nodes.some(
    (node) =>
      node.name === name &&
      node.conditions.some((condition) => condition['type'] === 'MemoryPressure' && condition['status'] === 'True'),
  );
}
