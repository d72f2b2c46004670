import { describe, expect, it } from 'vitest';
import { type CaseShape, makeCase, words } from '../../testing/make-case.ts';
import { admission } from './admission.ts';

const replicaSet = { kind: 'ReplicaSet', namespace: 'shop', name: 'api-6cb8cfb857' };

function refused(message: string, more: CaseShape = {}) {
  const events = [{ reason: 'FailedCreate', message, object: replicaSet, source: 'replicaset-controller' }];
  return admission.analyze(makeCase({ condition: 'FailedCreate', events, ...more }))[0];
}

describe('admission', () => {
  it.each([
    [
      'Error creating: admission webhook "validate.kyverno.svc-fail" denied the request: resource Pod/shop/api was blocked due to the following policies require-labels: check: label team is required',
      'admission-refused',
      'validate.kyverno.svc-fail (Kyverno) refuses the pods: resource Pod/shop/api was blocked',
    ],
    [
      'Error creating: admission webhook "validation.gatekeeper.sh" denied the request: [denied by must-have-limits] container <app> has no limits',
      'admission-refused',
      '(OPA Gatekeeper)',
    ],
    [
      'Error creating: Internal error occurred: failed calling webhook "inject.mesh.io": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": dial tcp 10.96.3.1:443: connect: connection refused',
      'admission-refused',
      'inject.mesh.io cannot be called: injector.mesh.svc refuses the connection, it is down',
    ],
    [
      'Error creating: Internal error occurred: failed calling webhook "inject.mesh.io": Post "https://injector.mesh.svc:443/inject?timeout=10s": context deadline exceeded',
      'admission-refused',
      'does not answer in time',
    ],
    [
      'Error creating: Internal error occurred: failed calling webhook "w.io": failed to call webhook: Post "https://w.ns.svc:443/": x509: certificate signed by unknown authority',
      'admission-refused',
      'certificate signed by unknown authority',
    ],
    [
      'Error creating: Internal error occurred: failed calling webhook "w.io": failed to call webhook: Post "https://w.ns.svc:443/": no endpoints available for service "w"',
      'admission-refused',
      'service w has no ready pod',
    ],
    [
      'Error creating: pods "api-1" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false)',
      'admission-refused',
      'namespace shop enforces restricted:latest, and they break it: allowPrivilegeEscalation != false',
    ],
    [
      "Error creating: pods \"api-1\" is forbidden: ValidatingAdmissionPolicy 'limits' with binding 'all' denied request: no limits",
      'admission-refused',
      'ValidatingAdmissionPolicy limits (binding all) refuses the pods: no limits',
    ],
    [
      'Error creating: pods "api-1" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount]',
      'admission-refused',
      'No security context constraint',
    ],
    [
      'Error creating: pods "api-1" is forbidden: error looking up service account shop/runner: serviceaccount "runner" not found',
      'missing-reference',
      'ServiceAccount runner, which does not exist in namespace shop',
    ],
    [
      'Error creating: pods "api-1" is forbidden: no PriorityClass with name gold was found',
      'missing-reference',
      'PriorityClass gold',
    ],
    [
      'Error creating: pods "api-1" is forbidden: pod rejected: RuntimeClass "gvisor" not found',
      'missing-reference',
      'RuntimeClass gvisor',
    ],
    [
      'Error creating: pods is forbidden: User "system:serviceaccount:kube-system:replicaset-controller" cannot create resource "pods" in API group "" in the namespace "shop"',
      'admission-refused',
      'replicaset-controller create pods in namespace shop',
    ],
    [
      'Error creating: Pod "api-1" is invalid: spec.containers[0].volumeMounts[0].name: Not found: "conf"',
      'admission-refused',
      'invalid: spec.containers[0].volumeMounts[0].name: Not found: "conf"',
    ],
    [
      'Error creating: pods "api-1" is forbidden: unable to create new content in namespace shop because it is being terminated',
      'admission-refused',
      'Namespace shop is being deleted',
    ],
  ])('reads %s', (message, cause, phrase) => {
    const finding = refused(message);
    expect(finding?.cause).toBe(cause);
    expect(finding?.explanation).toContain(phrase);
    expect(finding?.confidence).toBeGreaterThanOrEqual(0.85);
    expect(words(finding)[0]).toBe(message);
  });

  it.each<[string, string, CaseShape]>([
    [
      'a quota',
      'Error creating: pods "a" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
      {},
    ],
    [
      'a limit range',
      'Error creating: pods "a" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
      {},
    ],
    [
      'a conflict that the controller retries',
      'Error creating: Operation cannot be fulfilled on replicasets.apps "api": the object has been modified',
      {},
    ],
    ['a long line', `Error creating: ${'denied '.repeat(9000)}`, {}],
  ])('stays silent for %s', (_what, message, more) => {
    expect(refused(message, more)).toBeUndefined();
  });

  it('stays silent for an empty case', () => {
    expect(admission.analyze(makeCase({}))).toEqual([]);
  });
});
