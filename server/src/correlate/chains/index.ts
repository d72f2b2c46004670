/** The causal chains, in the order in which they are asked: the first that leads to an open incident wins. */
import type { Chain } from './chain.ts';
import { nodeLost, nodePressure } from './node.ts';
import { related, sameOwner } from './owner.ts';
import { autoscalerOfWorkload, serviceOfWorkload, workloadOfService } from './service.ts';
import { claimOfWorkload, workloadOfClaim } from './volume.ts';

export const CHAINS: readonly Chain[] = [
  nodeLost,
  nodePressure,
  claimOfWorkload,
  sameOwner,
  workloadOfClaim,
  serviceOfWorkload,
  workloadOfService,
  autoscalerOfWorkload,
  related,
];
