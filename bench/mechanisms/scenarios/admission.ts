/** Pods that the API server does not let in. */
import { app, deploy, type Scenario } from '../scenario.ts';

export const admission: readonly Scenario[] = [
  {
    truth: {
      namespace: 'checkout',
      title: 'a policy webhook refuses the pods',
      kind: 'Deployment',
      name: 'cart',
      condition: 'FailedCreate',
      cause: 'admission-refused',
      must_cite: ['admission webhook "validate.policies.acme.example" denied the request'],
      severity: 'high',
      fix: 'take the image from registry.acme.example',
    },
    begin: -64,
    act: (world, namespace) => {
      const refuse = () =>
        'admission webhook "validate.policies.acme.example" denied the request: [allowed-registries] container cart: image docker.io/acme/cart:5.5.0 is not from registry.acme.example';
      const plan = { spec: { containers: [{ name: 'cart', image: 'docker.io/acme/cart:5.5.0' }] } };
      deploy(world, { namespace, name: 'cart', replicas: 2, plan, refuse });
    },
  },
  {
    truth: {
      namespace: 'secure',
      title: 'the pod security standard of the namespace forbids the pods',
      kind: 'Deployment',
      name: 'scanner',
      condition: 'FailedCreate',
      cause: 'admission-refused',
      must_cite: ['violates PodSecurity "restricted:latest"'],
      severity: 'high',
      fix: 'set the securityContext that the restricted profile asks for',
    },
    begin: -55,
    act: (world, namespace) => {
      const refuse = (pod: string) =>
        `pods "${pod}" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "scanner" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "scanner" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "scanner" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "scanner" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`;
      deploy(world, { namespace, name: 'scanner', plan: app('scanner', 'security/scanner:2.4.0', []), refuse });
    },
  },
  {
    truth: {
      namespace: 'backup',
      title: 'the service account of the pods does not exist',
      kind: 'Deployment',
      name: 'snapshotter',
      condition: 'FailedCreate',
      cause: 'missing-reference',
      must_cite: ['serviceaccount "snapshotter" not found'],
      severity: 'high',
      fix: 'create the service account snapshotter',
    },
    begin: -47,
    act: (world, namespace) => {
      const refuse = (pod: string) =>
        `pods "${pod}" is forbidden: error looking up service account ${namespace}/snapshotter: serviceaccount "snapshotter" not found`;
      const spec = { serviceAccountName: 'snapshotter', serviceAccount: 'snapshotter', containers: [] };
      const plan = app('snapshotter', 'backup/snapshotter:1.3.0', [], { spec });
      deploy(world, { namespace, name: 'snapshotter', plan, refuse });
    },
  },
  {
    truth: {
      namespace: 'lab',
      title: 'a container asks for more memory than the LimitRange allows',
      kind: 'Deployment',
      name: 'notebook',
      condition: 'FailedCreate',
      cause: 'quota-exceeded',
      must_cite: ['maximum memory usage per Container is 1Gi'],
      severity: 'high',
      fix: 'lower the limit to 1Gi, or raise the maximum of the LimitRange',
    },
    begin: -70,
    act: (world, namespace) => {
      const refuse = (pod: string) =>
        `pods "${pod}" is forbidden: maximum memory usage per Container is 1Gi, but limit is 4Gi`;
      const resources = { limits: { memory: '4Gi' }, requests: { memory: '1Gi' } };
      deploy(world, {
        namespace,
        name: 'notebook',
        plan: app('notebook', 'lab/notebook:2026.9', [], {}, { resources }),
        refuse,
      });
    },
  },
];
