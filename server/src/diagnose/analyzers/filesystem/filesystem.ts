/** File systems that take no more writes: full, out of inodes or quota, past a watermark, or read-only. */
import { fields, objects, text } from '../../../kit/fields.ts';
import type { Citation, Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case } from '../../case.ts';
import { citeField } from '../../cite.ts';
import { commandsOf, describeCommand, getCommand } from '../../kubectl.ts';
import { type Verdict, verdictsOn } from '../../log-verdict.ts';
import { statementsOf } from '../../statement.ts';
import { fate, findingOf, quoted, whose } from '../../telling.ts';

export const filesystem: Analyzer = {
  name: 'filesystem',
  causes: ['disk-full', 'read-only-filesystem'],
  analyze(the) {
    const told = [
      ...verdictsOn(the, ['disk-full']).map(full),
      ...verdictsOn(the, ['read-only-filesystem']).map(readOnly),
    ];
    return told.length > 0 ? told : toldByNode(the);
  },
};

interface Mount {
  readonly path: string;
  readonly volume: string;
  readonly readOnly: boolean;
  /** `PersistentVolumeClaim cache-data`, `emptyDir`, `ConfigMap settings`. */
  readonly from: string;
  readonly claim: string;
}

/** The mount that a path lies on: the one with the longest mountPath above it. */
function mountOf(verdict: Verdict): Mount | null {
  const { subject } = verdict;
  const above = mountsOf(verdict).filter(
    ({ path }) => path !== '' && (subject === path || subject.startsWith(path.endsWith('/') ? path : `${path}/`)),
  );
  return above.toSorted((a, b) => b.path.length - a.path.length)[0] ?? null;
}

/** Servers name their files from the directory of their data on: where only one claim is mounted, it is on that. */
function onlyClaim(verdict: Verdict): Mount | null {
  if (verdict.subject.startsWith('/')) return null;
  const claims = mountsOf(verdict).filter(({ claim }) => claim !== '');
  return claims.length === 1 ? (claims[0] ?? null) : null;
}

function mountsOf({ run: { pod, container } }: Verdict): readonly Mount[] {
  const volumes = objects(pod.spec.value['volumes']);
  return objects(container.spec['volumeMounts']).map((mount) => {
    const volume = volumes.find((each) => each['name'] === mount['name']) ?? {};
    const claim = text(fields(volume['persistentVolumeClaim'])['claimName'], 253);
    return {
      path: text(mount['mountPath'], 500),
      volume: text(mount['name'], 253),
      readOnly: mount['readOnly'] === true,
      claim,
      from: sourceOf(volume, claim),
    };
  });
}

function sourceOf(volume: ReturnType<typeof fields>, claim: string): string {
  if (claim !== '') return `PersistentVolumeClaim ${claim}`;
  const configMap = text(fields(volume['configMap'])['name'], 253);
  if (configMap !== '') return `ConfigMap ${configMap}`;
  const secret = text(fields(volume['secret'])['secretName'], 253);
  if (secret !== '') return `Secret ${secret}`;
  return volume['emptyDir'] !== undefined ? 'an emptyDir' : 'a volume';
}

function mountCitation(
  { run: { pod, container } }: Verdict,
  mount: Mount | null,
  step: 'mountPath' | 'readOnly',
): Citation | null {
  if (mount === null) return null;
  return citeField(pod.spec, [
    container.init ? 'initContainers' : 'containers',
    container.name,
    'volumeMounts',
    mount.volume,
    step,
  ]);
}

function full(verdict: Verdict): Finding {
  const { kind, run, subject, words } = verdict;
  const mount = mountOf(verdict) ?? onlyClaim(verdict);
  const place =
    mount === null ? (subject === '' ? 'its disk' : `the disk of ${subject}`) : `${mount.path} (${mount.from})`;
  const node = text(run.pod.spec.value['nodeName']);
  const what =
    kind === 'inodes'
      ? 'has no inodes left'
      : kind === 'quota'
        ? 'is past its quota'
        : kind === 'watermark'
          ? 'is past the mark where writes stop'
          : 'is full';
  return findingOf(verdict, {
    explanation: `${whose(verdict)} ${fate(run)}: ${place} ${what}. It said: "${quoted(words)}".`,
    nextSteps: [
      mount?.claim
        ? `Enlarge PersistentVolumeClaim ${mount.claim} (its StorageClass must allow expansion), or delete what is not needed on it.`
        : mount?.from === 'an emptyDir'
          ? `Raise the sizeLimit of volume ${mount.volume}, or let it clean up.`
          : `Free space on the disk of node ${node || 'of the pod'} (images, logs, emptyDirs), or mount a volume for what ${run.container.name} writes.`,
      'Find what grew: old logs, write-ahead logs, temporary files.',
      kind === 'watermark'
        ? 'Once there is space, take the block on writes back where the server does not do it by itself.'
        : '',
    ],
    more: [mountCitation(verdict, mount, 'mountPath')],
    commands: [
      mount?.claim
        ? describeCommand({ kind: 'PersistentVolumeClaim', namespace: run.pod.ref.namespace, name: mount.claim })
        : node === ''
          ? null
          : describeCommand({ kind: 'Node', namespace: '', name: node }),
    ],
  });
}

function readOnly(verdict: Verdict): Finding {
  const { run, subject, words } = verdict;
  const { container, pod } = run;
  const mount = mountOf(verdict);
  const isRootReadOnly = fields(container.spec['securityContext'])['readOnlyRootFilesystem'] === true;
  const isProjected = mount !== null && /^(?:ConfigMap|Secret) /.test(mount.from);
  const path = subject === '' ? 'a file' : subject;
  const list = container.init ? 'initContainers' : 'containers';
  const why = (because: string, step: string, citation: Citation | null) =>
    findingOf(verdict, {
      explanation: `${whose(verdict)} ${fate(run)}: it may not write to ${path}; ${because}. It said: "${quoted(words)}".`,
      nextSteps: [step, `See whether the image or the securityContext of ${container.name} changed since it worked.`],
      more: [citation],
    });
  if (mount !== null && (mount.readOnly || isProjected))
    return why(
      mount.readOnly
        ? `volume ${mount.volume} is mounted readOnly at ${mount.path}`
        : `${mount.path} is ${mount.from}, which is never writable`,
      mount.readOnly
        ? `Mount volume ${mount.volume} writable, or let ${container.name} write elsewhere.`
        : `Let ${container.name} write elsewhere, or copy the file to an emptyDir first.`,
      mountCitation(verdict, mount, mount.readOnly ? 'readOnly' : 'mountPath'),
    );
  if (mount === null && isRootReadOnly)
    return why(
      `its root file system is read-only by securityContext.readOnlyRootFilesystem`,
      `Mount an emptyDir at the directory of ${path}, or let ${container.name} write to a volume that it has.`,
      citeField(pod.spec, [list, container.name, 'securityContext', 'readOnlyRootFilesystem']),
    );
  const node = text(pod.spec.value['nodeName']);
  const where = mount === null ? `the disk of node ${node || 'that it runs on'}` : `${mount.from} at ${mount.path}`;
  return why(
    `nothing in its spec says so, thus ${where} has probably gone read-only after an error`,
    `Look at the kernel log of node ${node || 'of the pod'} for I/O errors, and move the pod to another node.`,
    mountCitation(verdict, mount, 'mountPath'),
  );
}

/** The kubelet, the runtime and the node's own watchdog tell of disks in events and conditions. */
function toldByNode(the: Case): readonly Finding[] {
  const node = the.nodes.find(({ conditions }) =>
    conditions.some((each) => each['type'] === 'ReadonlyFilesystem' && each['status'] === 'True'),
  );
  const told = statementsOf(the).find(
    ({ says, reason }) =>
      /no space left on device|disk quota exceeded/i.test(says) ||
      /read-only file system/i.test(says) ||
      reason === 'FilesystemIsReadOnly',
  );
  if (told === undefined && node === undefined) return [];
  const isFull = told !== undefined && /no space left|quota/i.test(told.says);
  const about = told?.about ?? { kind: 'Node', namespace: '', name: node?.name ?? '' };
  const words = told?.says ?? 'ReadonlyFilesystem is True';
  const citation = told?.citation ?? { evidenceId: node?.evidenceId ?? '', text: 'ReadonlyFilesystem' };
  return [
    {
      cause: isFull ? 'disk-full' : 'read-only-filesystem',
      explanation: `${about.kind} ${about.name}: ${isFull ? 'a disk of the node is full' : 'a file system of the node is read-only'}. "${quoted(words)}".`,
      confidence: 0.84,
      citations: [citation],
      nextSteps: isFull
        ? [
            'Free space on the node: unused images, logs, emptyDirs.',
            'Give the node a larger disk, or limit ephemeral-storage of its pods.',
          ]
        : [
            'Look at the kernel log of the node for I/O errors.',
            'Cordon the node and move its pods until the disk is mended.',
          ],
      commands: commandsOf(describeCommand(about), getCommand('', 'nodes')),
    },
  ];
}
