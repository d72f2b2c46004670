/** The causal chains, in the order in which they are asked: the first that leads to an open incident wins. */
import type { Chain } from './chain.ts';
import { autoscalerOfWorkload, workloadOfAutoscaler } from './autoscaler.ts';
import { nodeLost, nodePressure, victimsOfNode } from './node.ts';
import { related, sameOwner } from './owner.ts';
import { serviceOfWorkload, workloadOfService } from './service.ts';
import { claimOfSibling, claimOfWorkload, workloadOfClaim } from './volume.ts';

export const CHAINS: readonly Chain[] = [
  nodeLost,
  nodePressure,
  claimOfWorkload,
  sameOwner,
  claimOfSibling,
  workloadOfClaim,
  serviceOfWorkload,
  workloadOfService,
  autoscalerOfWorkload,
  workloadOfAutoscaler,
  related,
];

/** What a cause explains that came to light before it did: open incidents there that hold nothing else become part of its own. */
export const GATHERING: readonly Chain[] = [victimsOfNode, claimOfWorkload, workloadOfService, workloadOfAutoscaler];
