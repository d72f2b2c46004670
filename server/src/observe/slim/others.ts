/** Slims nodes, namespaces, claims, autoscalers, services with their endpoints, and custom resources. */
import { type Fields, fields, isFields, objects, text } from '../../kit/fields.ts';
import { pick, slimConditions } from './pick.ts';
import type { Slimmer } from './slimmed.ts';

export const slimNode: Slimmer = (raw, interner) => {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  const info = pick(fields(status['nodeInfo']), [
    'architecture',
    'containerRuntimeVersion',
    'kernelVersion',
    'kubeletVersion',
    'operatingSystem',
    'osImage',
  ]);
  return {
    spec: pick(spec, ['taints', 'unschedulable']),
    status: {
      ...pick(status, ['addresses', 'allocatable', 'capacity']),
      nodeInfo: interner.share(info),
      conditions: slimConditions(status['conditions'], interner),
    },
  };
};

export const slimNamespace: Slimmer = (raw, interner) => {
  const status = fields(raw['status']);
  return {
    spec: pick(fields(raw['spec']), ['finalizers']),
    status: { ...pick(status, ['phase']), conditions: slimConditions(status['conditions'], interner) },
  };
};

export const slimClaim: Slimmer = (raw, interner) => {
  const status = fields(raw['status']);
  return {
    spec: pick(fields(raw['spec']), [
      'accessModes',
      'dataSource',
      'resources',
      'storageClassName',
      'volumeMode',
      'volumeName',
    ]),
    status: { ...pick(status, ['capacity', 'phase']), conditions: slimConditions(status['conditions'], interner) },
  };
};

/** autoscaling/v1 hides its conditions and metrics, as JSON, in annotations. */
const V1_CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';

export const slimAutoscaler: Slimmer = (raw, interner) => {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  const annotations = fields(fields(raw['metadata'])['annotations']);
  const conditions = status['conditions'] ?? parsed(annotations[V1_CONDITIONS]);
  return {
    spec: pick(spec, ['maxReplicas', 'metrics', 'minReplicas', 'scaleTargetRef', 'targetCPUUtilizationPercentage']),
    status: {
      ...pick(status, ['currentMetrics', 'currentReplicas', 'desiredReplicas', 'lastScaleTime']),
      conditions: slimConditions(conditions, interner),
    },
  };
};

function parsed(json: unknown): unknown {
  if (typeof json !== 'string') return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

export const slimService: Slimmer = (raw) => ({
  spec: pick(fields(raw['spec']), [
    'clusterIP',
    'externalName',
    'ports',
    'publishNotReadyAddresses',
    'selector',
    'type',
  ]),
  status: pick(fields(raw['status']), ['loadBalancer']),
});

/** An endpoint whose readiness is unknown counts as ready, as its API says. v1 and v1beta1 agree on these fields. */
export const slimEndpointSlice: Slimmer = (raw, interner) => ({
  spec: pick(raw, ['addressType']),
  status: {
    endpoints: objects(raw['endpoints']).map((endpoint) => {
      const target = fields(endpoint['targetRef']);
      return {
        ready: fields(endpoint['conditions'])['ready'] !== false,
        ...(isFields(endpoint['targetRef']) && {
          targetRef: { kind: interner.word(text(target['kind'])), name: text(target['name']) },
        }),
      };
    }),
  },
});

/** Of a custom resource, what conventions promise: conditions, a phase, a health. */
export const slimCustom: Slimmer = (raw, interner) => {
  const status = fields(raw['status']);
  const kept: Record<string, unknown> = pick(status, ['observedGeneration', 'phase', 'state']);
  const health = fields(status['health']);
  if (isFields(status['health'])) kept['health'] = pickTexts(health, ['message', 'status']);
  kept['conditions'] = slimConditions(status['conditions'], interner);
  return { spec: pick(fields(raw['spec']), ['paused', 'suspend']), status: kept };
};

function pickTexts(source: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, text(source[name], 2048)]));
}
