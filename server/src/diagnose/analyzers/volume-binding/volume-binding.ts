/** Claims that do not bind: no such storage class, nobody who makes the volume, a volume that does not fit, lost or shared ones. */
import { fields, text } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, ObjectCase } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { claimsIn, isBound } from '../../claim-cases.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { concerns, type Statement, statementsOf } from '../../statement.ts';
import { type UnscheduledPod, unscheduledPod } from '../../unscheduled-pod.ts';
import { type Claim, CLAIM_TROUBLES } from './claim-troubles.ts';

const CONDITIONS = [
  'FailedScheduling',
  'PersistentVolumeClaimPending',
  'PersistentVolumeClaimLost',
  'ProvisioningFailed',
  'FailedBinding',
  'ClaimLost',
  'ClaimMisbound',
  'VolumeMismatch',
];
/** What only says that a claim waits for its pod: `WaitForFirstConsumer` is how it is meant to be. */
const VOLUME_OBSTACLES = ['unbound-volume', 'missing-claim', 'shared-volume'];

export const volumeBinding: Analyzer = {
  name: 'volume-binding',
  causes: ['volume-unbound', 'missing-reference', 'volume-mount'],
  analyze(the) {
    const waiting = unscheduledPod(the);
    const blamed = waiting?.refusal.exclusions.findIndex(({ obstacle }) => VOLUME_OBSTACLES.includes(obstacle)) ?? -1;
    const claims = claimsIn(the);
    const captured = claims.find((claim) => !isBound(claim)) ?? claims[0];
    if (blamed < 0 && ((captured !== undefined && isBound(captured)) || !concerns(the, CONDITIONS))) return [];
    // A claim that waits for its first pod is told of by the scheduler, when it is to blame.
    const trouble = claimTrouble(the, captured, waiting);
    if (trouble !== undefined) return [trouble];
    return waiting === undefined || blamed < 0 ? [] : byScheduler(the, waiting, blamed, captured);
  },
};

/** The newest thing that a controller or driver says about a claim that is not bound, and that explains it. */
function claimTrouble(
  the: Case,
  first: ObjectCase | undefined,
  waiting: UnscheduledPod | undefined,
): Finding | undefined {
  const claims = claimsIn(the);
  const bound = claims.filter(isBound).map(({ ref }) => ref.name);
  const about = statementsOf(the).filter(
    ({ about: { kind, name }, source }) =>
      kind === 'PersistentVolumeClaim' && source !== 'tattle' && !bound.includes(name),
  );
  for (const { reads, explain } of CLAIM_TROUBLES) {
    const said = about.find(({ reason, says }) => reads(reason, says));
    if (said === undefined) continue;
    const captured = claims.find(({ ref }) => ref.name === said.about.name) ?? first;
    const claim = claimOf(said, captured);
    const explained = explain(claim, said.says);
    return {
      ...explained,
      cause: 'volume-unbound',
      citations: cited(
        said.citation,
        captured && citeField(captured.spec, ['storageClassName']),
        captured && citeField(captured.status, ['phase']),
        waiting?.said[0]?.citation,
      ),
      commands: commandsOf(
        describeCommand(said.about),
        'kubectl get storageclass',
        ...(explained.volumes ? ['kubectl get persistentvolumes'] : []),
      ),
    };
  }
  return first?.status.value['phase'] === 'Lost' ? lost(first) : undefined;
}

function claimOf({ about }: Statement, captured: ObjectCase | undefined): Claim {
  const spec = captured?.ref.name === about.name ? captured.spec.value : {};
  return {
    name: text(about.name, 253),
    storageClass: text(spec['storageClassName'], 253),
    size: text(fields(fields(spec['resources'])['requests'])['storage'], 64),
    accessModes: Array.isArray(spec['accessModes']) ? spec['accessModes'].map((mode) => text(mode, 32)).join(', ') : '',
  };
}

function lost({ ref, spec, status }: ObjectCase): Finding {
  const volume = text(spec.value['volumeName'], 253);
  return {
    cause: 'volume-unbound',
    explanation: `Claim ${ref.name} lost its volume${volume === '' ? '' : ` ${volume}`}: the PersistentVolume it was bound to is gone.`,
    confidence: 0.92,
    citations: cited(citeField(status, ['phase']), citeField(spec, ['volumeName'])),
    nextSteps: [
      'Restore the PersistentVolume from its storage, or the data from a backup into a new claim',
      'Find out who deleted the volume (audit log), and set its reclaim policy to Retain',
    ],
    commands: commandsOf(describeCommand(ref), 'kubectl get persistentvolumes'),
  };
}

/** Only the scheduler has spoken. */
function byScheduler(
  the: Case,
  waiting: UnscheduledPod,
  index: number,
  captured: ObjectCase | undefined,
): readonly Finding[] {
  const { obstacle = '', reason = '' } = waiting.refusal.exclusions[index] ?? {};
  const confidence = waiting.certainty * (index === 0 ? 0.9 : 0.6);
  if (confidence < 0.5) return [];
  const claim = /persistentvolumeclaim "([^"]{1,253})"/.exec(reason)?.[1] ?? captured?.ref.name;
  const pod = `Pod ${waiting.ref.name}`;
  const base = {
    confidence,
    citations: cited(
      waiting.said[0]?.citation,
      waiting.pod && citeField(waiting.pod.spec, ['volumes']),
      captured && citeField(captured.spec, ['storageClassName']),
      captured && citeField(captured.status, ['phase']),
    ),
    commands: commandsOf(
      claim === undefined ? null : describeCommand({ ...waiting.ref, kind: 'PersistentVolumeClaim', name: claim }),
      describeCommand(waiting.ref),
      'kubectl get storageclass',
    ),
  };
  if (obstacle === 'missing-claim' && reason.includes('not found'))
    return [
      {
        ...base,
        cause: 'missing-reference',
        explanation: `${pod} uses the PersistentVolumeClaim ${claim ?? ''}, which does not exist in namespace ${waiting.ref.namespace}.`,
        nextSteps: [`Create the claim ${claim ?? ''}, or correct its name in the pod's volumes`],
      },
    ];
  if (obstacle === 'shared-volume')
    return [
      {
        ...base,
        cause: 'volume-mount',
        explanation: `${pod} needs a volume that only one pod or node may use, and another one uses it already: ${reason.slice(0, 200)}.`,
        nextSteps: [
          'Find the pod that uses the same claim, and stop it first (strategy Recreate)',
          'Or use a volume that several pods may share (ReadWriteMany)',
        ],
      },
    ];
  return [{ ...base, cause: 'volume-unbound', ...unboundBy(reason, pod, claim, captured, the) }];
}

function unboundBy(
  reason: string,
  pod: string,
  claim: string | undefined,
  captured: ObjectCase | undefined,
  the: Case,
) {
  const named = claim === undefined ? 'a PersistentVolumeClaim' : `claim ${claim}`;
  const storageClass = text(captured?.spec.value['storageClassName'], 253);
  const dynamic = statementsOf(the).some(({ about }) => about.kind === 'PersistentVolumeClaim');
  if (reason.includes('free storage'))
    return {
      explanation: `No node has enough free storage in its storage pool for ${named} of the pod: ${reason.slice(0, 200)}.`,
      nextSteps: ['Free or add capacity in the storage pool', 'Ask for a smaller volume'],
    };
  return {
    explanation: `${pod} waits for ${named}${storageClass === '' ? '' : ` (class ${storageClass})`}, which is not bound to a volume (${reason.slice(0, 160)}).`,
    nextSteps: [
      `Read the events of ${named}: they say why no volume is bound`,
      storageClass === ''
        ? 'Check that its storage class exists, and that the provisioner of that class runs'
        : `Check that the storage class ${storageClass} exists, and that its provisioner runs`,
      ...(dynamic
        ? []
        : ['Without a provisioner, create a PersistentVolume that fits its size, access mode and class']),
    ],
  };
}
