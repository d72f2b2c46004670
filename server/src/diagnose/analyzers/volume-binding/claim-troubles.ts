/** What volume controllers and CSI drivers write on a claim that does not bind, and what each means; the most telling first. */

export interface Claim {
  readonly name: string;
  readonly storageClass: string;
  readonly size: string;
  readonly accessModes: string;
}

interface Told {
  readonly explanation: string;
  readonly confidence: number;
  readonly nextSteps: readonly string[];
  /** The volumes of the cluster are worth a look. */
  readonly volumes?: boolean;
}

interface Trouble {
  readonly reads: (reason: string, says: string) => boolean;
  readonly explain: (claim: Claim, says: string) => Told;
}

const missingClass: Trouble = {
  reads: (_reason, says) => says.includes('storageclass') && says.includes('not found'),
  explain: ({ name, storageClass }, says) => {
    const missing = /"([^"]{1,253})" not found/.exec(says)?.[1] ?? storageClass;
    return {
      explanation: `Claim ${name} asks for the storage class ${missing}, which does not exist, so no volume is made for it.`,
      confidence: 0.97,
      nextSteps: [
        `Create the storage class ${missing}, or delete the claim and make it anew with one that exists`,
        'The class of a claim cannot be changed once it is set',
      ],
    };
  },
};

const lostVolume: Trouble = {
  reads: (reason, says) => reason === 'ClaimLost' || says.includes('has lost its PersistentVolume'),
  explain: ({ name }) => ({
    explanation: `Claim ${name} lost its volume: the PersistentVolume that it was bound to is gone.`,
    confidence: 0.95,
    nextSteps: [
      'Restore the PersistentVolume from its storage, or the data from a backup into a new claim',
      'Set the reclaim policy of volumes that matter to Retain',
    ],
    volumes: true,
  }),
};

const wrongVolume: Trouble = {
  reads: (reason, says) =>
    reason === 'VolumeMismatch' ||
    reason === 'ClaimMisbound' ||
    says.includes('already bound to a different claim') ||
    says.includes('annot bind to requested volume'),
  explain: ({ name, size, accessModes }, says) => ({
    explanation: `Claim ${name} names a volume that it cannot have: ${short(says)}${size === '' ? '' : ` (it asks for ${size}${accessModes === '' ? '' : `, ${accessModes}`})`}.`,
    confidence: 0.93,
    nextSteps: [
      'Compare size, access modes, volume mode and class of the claim with those of the PersistentVolume',
      'A Released volume still belongs to its old claim: clear its claimRef if its data may be used again',
    ],
    volumes: true,
  }),
};

const provisioningFailed: Trouble = {
  reads: (reason, says) => reason === 'ProvisioningFailed' || says.includes('failed to provision volume'),
  explain: ({ name, storageClass }, says) => ({
    explanation: `No volume could be made for claim ${name}${storageClass === '' ? '' : ` (class ${storageClass})`}${provisioningWhy(says)}: ${short(says)}.`,
    confidence: 0.92,
    nextSteps: [
      ...provisioningSteps(says),
      'Read the log of the provisioner (the controller pod of the CSI driver) for the whole answer of the storage',
    ],
  }),
};

/** gRPC codes are part of a CSI driver's contract; its words are its own. */
function provisioningWhy(says: string): string {
  const said = says.toLowerCase();
  if (said.includes('resourceexhausted') || said.includes('quota'))
    return ', because the storage is full or its quota is used up';
  if (said.includes('invalidargument') || said.includes('invalid parameter'))
    return ', because its class or size is invalid for the driver';
  if (said.includes('zone') || said.includes('topology')) return ', because no zone or node fits it';
  if (
    ['permissiondenied', 'unauthenticated', 'unauthorized', 'accessdenied', 'forbidden'].some((word) =>
      said.includes(word),
    )
  )
    return ', because the driver may not do that';
  if (said.includes('deadlineexceeded') || said.includes('unavailable')) return ', because the storage does not answer';
  return '';
}

function provisioningSteps(says: string): readonly string[] {
  const said = says.toLowerCase();
  if (said.includes('resourceexhausted') || said.includes('quota')) return ['Free or add storage, or raise its quota'];
  if (said.includes('invalidargument') || said.includes('invalid parameter'))
    return ['Correct the parameters of the storage class, or the size and access mode of the claim'];
  if (said.includes('zone') || said.includes('topology'))
    return ['Compare allowedTopologies of the storage class with the zones of the nodes'];
  if (
    ['permissiondenied', 'unauthenticated', 'unauthorized', 'accessdenied', 'forbidden'].some((word) =>
      said.includes(word),
    )
  )
    return ['Check the credentials and the role of the CSI driver'];
  return ['Check that the storage behind the class works'];
}

const noClass: Trouble = {
  reads: (_reason, says) => says.includes('no storage class is set'),
  explain: ({ name, size, accessModes }) => ({
    explanation: `No PersistentVolume fits claim ${name}${size === '' ? '' : ` (${size}${accessModes === '' ? '' : `, ${accessModes}`})`}, and it has no storage class that would make one.`,
    confidence: 0.93,
    nextSteps: [
      'Set storageClassName in a new claim, or mark a storage class as the default',
      'Or create a PersistentVolume of that size and access mode, without a claimRef',
    ],
    volumes: true,
  }),
};

const noProvisioner: Trouble = {
  reads: (reason, says) => reason === 'ExternalProvisioning' || says.includes('no volume plugin matched'),
  explain: ({ name, storageClass }, says) => {
    const provisioner =
      /external provisioner ["']([^"']{1,253})["']/.exec(says)?.[1] ??
      /matched(?: name)?: ([^\s,]{1,253})/.exec(says)?.[1];
    return {
      explanation: `Claim ${name} waits for the provisioner ${provisioner ?? 'of its class'}${storageClass === '' ? '' : ` (class ${storageClass})`} to make a volume, and it does not.`,
      confidence: 0.85,
      nextSteps: [
        `Check that the provisioner ${provisioner ?? ''} is installed and its controller pod runs`.replace('  ', ' '),
        'Check that the storage class names it as it is registered (`kubectl get csidrivers`)',
      ],
    };
  },
};

export const CLAIM_TROUBLES: readonly Trouble[] = [
  missingClass,
  lostVolume,
  wrongVolume,
  provisioningFailed,
  noClass,
  noProvisioner,
];

function short(says: string): string {
  return says.trim().slice(0, 300).replace(/[.!]$/, '');
}
