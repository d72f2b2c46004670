/** Reads why a scheduler found no node: `0/5 nodes are available: 2 Insufficient memory, 3 node(s) had untolerated taint {…}`. */

/** What keeps a pod off nodes. Later ones are asked for later: a node that fails them has passed those before. */
const OBSTACLES = [
  'control-plane-taint',
  'unknown',
  'cordoned',
  'lost-node',
  'node-pressure',
  'taint',
  'node-affinity',
  'host-port',
  'resources',
  'shared-volume',
  'volume-limit',
  'volume-zone',
  'unbound-volume',
  'missing-claim',
  'spread',
  'pod-affinity',
] as const;
export type Obstacle = (typeof OBSTACLES)[number];

export interface Exclusion {
  readonly obstacle: Obstacle;
  /** How many nodes it rules out. A reason without a number holds for all of them. */
  readonly nodes: number;
  /** In the scheduler's words, without the number. */
  readonly reason: string;
}

export interface Refusal {
  readonly nodes: number;
  /** The one that decides first. */
  readonly exclusions: readonly Exclusion[];
}

const AVAILABLE = ' nodes are available: ';
const COUNTED = /^(\d{1,7}) (.+)$/;

/** Undefined for a message that is no refusal by a scheduler. */
export function readRefusal(message: string): Refusal | undefined {
  const said = message.slice(0, 2000);
  const at = said.indexOf(AVAILABLE);
  const total = /(?:^|\s)0\/(\d{1,7})$/.exec(said.slice(0, Math.max(0, at)));
  if (at >= 0 && total !== null) return refusal(Number(total[1]), said.slice(at + AVAILABLE.length));
  // Before a node is looked at, a pod can be refused as a whole, and old schedulers say no more than why.
  const obstacle = obstacleOf(said);
  return obstacle === 'unbound-volume' || obstacle === 'missing-claim' ? refusal(0, said) : undefined;
}

function refusal(nodes: number, reasons: string): Refusal {
  // What follows tells why evicting others would not help, and of resource claims: both in sentences of their own.
  const preemption = reasons.indexOf('preemption: ');
  const [told = ''] = (preemption < 0 ? reasons : reasons.slice(0, preemption)).split(/\.(?:\s|$)/, 1);
  const exclusions = told
    .split(/, (?=\d{1,7} )/)
    .slice(0, 50)
    .map((clause) => readClause(clause.trim(), nodes))
    .filter(({ reason }) => reason !== '');
  return { nodes, exclusions: exclusions.toSorted(byWeight(exclusions)) };
}

function readClause(clause: string, all: number): Exclusion {
  const counted = COUNTED.exec(clause);
  const reason = counted?.[2] ?? clause;
  return { obstacle: obstacleOf(reason), nodes: counted === null ? all : Number(counted[1]), reason };
}

/**
 * A control plane keeps ordinary pods off at any time, so it decides only where nothing else does. So do labels: a node that fails
 * what is asked for after them has the labels, and is the one that the pod was meant for.
 */
function byWeight(all: readonly Exclusion[]): (a: Exclusion, b: Exclusion) => number {
  const rank = ({ obstacle }: Exclusion) => OBSTACLES.indexOf(obstacle);
  const labels = OBSTACLES.indexOf('node-affinity');
  const hasLabelled = all.some((each) => rank(each) > labels);
  const aside = (each: Exclusion) => Number(rank(each) < 2 || (hasLabelled && rank(each) === labels));
  return (a, b) => aside(a) - aside(b) || b.nodes - a.nodes || rank(b) - rank(a);
}

/** Words of a reason → what it is, the first that fits. Kubernetes 1.18 to 1.36 word some of them in several ways. */
const WORDS: readonly (readonly [Obstacle, readonly string[]])[] = [
  ['missing-claim', ['persistentvolumeclaim "', 'ephemeral volume controller to create']],
  [
    'unbound-volume',
    [
      'unbound immediate persistentvolumeclaims',
      "didn't find available persistent volumes",
      'bound to non-existent pv',
      'did not have enough free storage',
    ],
  ],
  [
    'volume-zone',
    ['volume node affinity conflict', "match persistentvolume's node affinity", 'no available volume zone'],
  ],
  ['volume-limit', ['max volume count', 'volume limit']],
  ['shared-volume', ['no available disk', 'readwriteoncepod']],
  ['spread', ['topology spread constraint', '[podtopologyspread]']],
  [
    'pod-affinity',
    [
      'pod affinity rules',
      'pod anti-affinity',
      'pods anti-affinity',
      'pod affinity/anti-affinity',
      '[interpodaffinity]',
    ],
  ],
  [
    'resources',
    ['insufficient ', 'too many pods', 'cannot allocate all claims', 'max node group size', '[noderesourcesfit]'],
  ],
  ['host-port', ['free ports for the requested pod ports', '[nodeports]']],
  ['cordoned', ['were unschedulable', 'was unschedulable', '{node.kubernetes.io/unschedulable']],
  [
    'lost-node',
    [
      '{node.kubernetes.io/not-ready',
      '{node.kubernetes.io/unreachable',
      '{node.kubernetes.io/network-unavailable',
      'were not ready',
      'unknown conditions',
    ],
  ],
  [
    'node-pressure',
    [
      '{node.kubernetes.io/memory-pressure',
      '{node.kubernetes.io/disk-pressure',
      '{node.kubernetes.io/pid-pressure',
      'had disk pressure',
      'had memory pressure',
    ],
  ],
  ['control-plane-taint', ['{node-role.kubernetes.io/control-plane', '{node-role.kubernetes.io/master']],
  ['taint', ['untolerated taint', 'had taint', '[tainttoleration]']],
  [
    'node-affinity',
    [
      "match pod's node affinity",
      'match node selector',
      'requested node name',
      'requested hostname',
      'enforced node affinity',
      'affinity terms conflict',
      '[nodeaffinity]',
      'plugin nodeaffinity',
    ],
  ],
];

export function obstacleOf(reason: string): Obstacle {
  const said = reason.toLowerCase();
  return WORDS.find(([, words]) => words.some((word) => said.includes(word)))?.[0] ?? 'unknown';
}

/** `{gpu: true}` → `gpu=true`; undefined where the message names no taint, as since 1.34. */
export function taintIn(reason: string): { readonly key: string; readonly value: string } | undefined {
  const match = /\{([^{}:]{1,320}):? ?([^{}]{0,64})\}/.exec(reason);
  return match === null ? undefined : { key: (match[1] ?? '').trim(), value: (match[2] ?? '').trim() };
}
