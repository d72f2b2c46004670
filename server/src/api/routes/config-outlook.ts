/** What settings would do before anybody saves them: what other filter rules keep and drop, and how much disk retention takes. */
import { endpoints, type WireConfigPreview } from '@tattle/contract';
import { invalidBody } from '../body.ts';
import type { ApiPorts, DroppedExample, FilterOutlook } from '../ports.ts';
import type { Routes } from '../registry.ts';
import { retentionEstimate } from '../retention-estimate.ts';
import { rfc3339 } from '../times.ts';
import { presentOnly } from './config.ts';

type Ports = Pick<ApiPorts, 'seen' | 'settings' | 'history' | 'clock'>;

export function configOutlookRoutes(routes: Routes, { seen, settings, history, clock }: Ports): void {
  const { previewConfig, estimateRetention } = endpoints;

  routes.add(previewConfig, async ({ body: { filter, hours }, scope }) => {
    const outcome = await seen.preview(presentOnly(filter), hours, scope);
    if (outcome.kind === 'invalid') throw invalidBody(outcome.problems, previewConfig.bodyHint);
    return wirePreview(outcome.outlook);
  });

  routes.add(estimateRetention, async () =>
    retentionEstimate(await history.eventSizes(), settings.view().retention, clock.now()),
  );
}

function wirePreview(outlook: FilterOutlook): WireConfigPreview {
  const { now, then, byReason, byNamespace, ungrouped, examples, onStored, notJudged, partial } = outlook;
  return {
    from: rfc3339(outlook.from),
    to: rfc3339(outlook.to),
    since: rfc3339(outlook.since),
    now,
    then,
    byReason: [...byReason],
    byNamespace: byNamespace.map(({ cluster, ...counts }) => ({
      cluster: cluster.uid,
      clusterName: cluster.name,
      ...counts,
    })),
    ungrouped,
    examples: examples.map(wireExample),
    onStored: onStored === null ? null : { ...onStored, rules: [...onStored.rules] },
    notJudged: [...notJudged],
    partial,
  };
}

function wireExample({ event, reason: dropReason }: DroppedExample): WireConfigPreview['examples'][number] {
  const { uid, cluster, clusterName, object, reason, type, message, lastSeen } = event;
  return { uid, cluster, clusterName, object, reason, type, message, lastSeen: rfc3339(lastSeen), dropReason };
}
