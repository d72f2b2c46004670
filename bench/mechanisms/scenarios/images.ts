/** Images that cannot be pulled, and commands in them that cannot be run. */
import { app, crashing, deploy, failingAgain, failingPull, type Scenario } from '../scenario.ts';
import type { ContainerSpec, PodPlan } from '../pod-plan.ts';

const NO_SUCH_FILE =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/app/bin/serve": stat /app/bin/serve: no such file or directory';

const PRIVATE = 'ghcr.io/acme/fraud-scoring:3.1.0';
const UNAUTHORIZED = `failed to pull and unpack image "${PRIVATE}": failed to resolve reference "${PRIVATE}": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aacme%2Ffraud-scoring%3Apull&service=ghcr.io: 401 Unauthorized`;

const GONE = 'registry.acme.example/web/storefront:2026.41';
const SOURCE = `registry.acme.example/web/storefront`;
const UNKNOWN = `unable to pull image or OCI artifact: pull image err: initializing source docker://${GONE}: reading manifest 2026.41 in ${SOURCE}: manifest unknown: manifest unknown; artifact err: get manifest: build image source: reading manifest 2026.41 in ${SOURCE}: manifest unknown: manifest unknown`;

const UPPER_CASE = 'registry.acme.example/Comms/Notifier:1.0';
const INVALID = `Failed to apply default image tag "${UPPER_CASE}": couldn't parse image name "${UPPER_CASE}": invalid reference format: repository name (Comms/Notifier) must be lowercase`;

function unpullable(name: string, image: string, steps: PodPlan['steps'], more: object = {}): PodPlan {
  const container: ContainerSpec = { name, image };
  return { spec: { containers: [container], ...more }, ...(steps !== undefined && { steps }) };
}

export const images: readonly Scenario[] = [
  {
    truth: {
      namespace: 'catalog',
      title: 'the command is not in the image',
      kind: 'Deployment',
      name: 'catalog',
      condition: ['StartError', 'RunContainerError'],
      cause: 'bad-command',
      must_cite: ['/app/bin/serve'],
      severity: 'high',
      fix: 'correct the command of deployment/catalog, or the image',
    },
    begin: -92,
    act: (world, namespace) => {
      const runs = [{ startError: { message: NO_SUCH_FILE, exitCode: 128 } }];
      const plan = app('catalog', 'shop/catalog:7.2.0', runs, { nodes: ['node-a1'] }, { command: ['/app/bin/serve'] });
      deploy(world, { namespace, name: 'catalog', plan });
    },
  },
  {
    truth: {
      namespace: 'vision',
      title: 'the image is for another architecture than its node',
      kind: 'Deployment',
      name: 'labeler',
      condition: 'CrashLoopBackOff',
      cause: 'architecture-mismatch',
      must_cite: ['exec format error'],
      severity: 'high',
      fix: 'build the image for amd64 too',
    },
    begin: -143,
    act: (world, namespace) => {
      const runs = crashing(0.2, 255, ['exec /usr/local/bin/labeler: exec format error']);
      deploy(world, { namespace, name: 'labeler', plan: app('labeler', 'vision/labeler:0.9.4-arm64', runs) });
    },
  },
  {
    truth: {
      namespace: 'fraud',
      title: 'a private registry, and no pull secret',
      kind: 'Deployment',
      name: 'fraud-scoring',
      condition: 'ImagePullBackOff',
      cause: 'image-pull',
      must_cite: [PRIVATE, '401 Unauthorized'],
      severity: 'high',
      fix: 'give the pod an imagePullSecret for ghcr.io',
    },
    begin: -75,
    act: (world, namespace) => {
      const tolerations = [{ key: 'dedicated', operator: 'Equal', value: 'batch', effect: 'NoSchedule' }];
      const steps = { 'fraud-scoring': failingPull(PRIVATE, UNAUTHORIZED) };
      const plan = { ...unpullable('fraud-scoring', PRIVATE, steps, { tolerations }), nodes: ['node-b1'] };
      deploy(world, { namespace, name: 'fraud-scoring', plan });
    },
  },
  {
    truth: {
      namespace: 'web',
      title: 'the tag does not exist in the registry',
      kind: 'Deployment',
      name: 'storefront',
      condition: 'ImagePullBackOff',
      cause: 'image-pull',
      must_cite: [GONE, 'manifest unknown'],
      severity: 'high',
      fix: 'push the tag 2026.41, or name one that exists',
    },
    begin: -160,
    act: (world, namespace) => {
      const plan = {
        ...unpullable('storefront', GONE, { storefront: failingPull(GONE, UNKNOWN) }),
        nodes: ['node-b2'],
      };
      deploy(world, { namespace, name: 'storefront', plan });
    },
  },
  {
    truth: {
      namespace: 'alerts',
      title: 'an image name that is not valid',
      kind: 'Deployment',
      name: 'notifier',
      condition: 'InvalidImageName',
      cause: 'image-pull',
      must_cite: [UPPER_CASE],
      severity: 'high',
      fix: 'write the repository in lower case',
    },
    begin: -88,
    act: (world, namespace) => {
      const steps = failingAgain('InvalidImageName', INVALID, [
        ['Warning', 'InspectFailed', INVALID],
        ['Warning', 'Failed', 'Error: InvalidImageName'],
      ]);
      deploy(world, { namespace, name: 'notifier', plan: unpullable('notifier', UPPER_CASE, { notifier: steps }) });
    },
  },
];
