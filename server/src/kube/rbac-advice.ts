/** The Role that would mend a denial, ready to apply, for the subject that the API server named. */
import { type ApiResource } from './api-resource.ts';

/**
 * `namespace` empty: the whole cluster. `denial` is the server's message; the subject is read from it where it is there.
 * A subresource (`pods/log`) is only ever got.
 */
export function rbacAdvice(resource: ApiResource, namespace: string, denial: string): string {
  const scoped = resource.namespaced && namespace !== '';
  const kind = scoped ? 'Role' : 'ClusterRole';
  const isPart = resource.resource.includes('/');
  const name = `tattle-read-${resource.resource.replace('/', '-')}`;
  const place = scoped ? `\n  namespace: ${namespace}` : '';
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata:
  name: ${name}${place}
rules:
- apiGroups: [${JSON.stringify(resource.group)}]
  resources: [${JSON.stringify(resource.resource)}]
  verbs: ${isPart ? '["get"]' : '["get", "list", "watch"]'}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}Binding
metadata:
  name: ${name}${place}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ${kind}
  name: ${name}
subjects:
${subjectOf(denial)}
`;
}

/** What lets Tattle ask about tokens and permissions: Kubernetes' own ClusterRole for just that, bound to the denied subject. */
export function reviewAdvice(denial: string): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: tattle-auth-delegator
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:auth-delegator
subjects:
${subjectOf(denial)}
`;
}

function subjectOf(denial: string): string {
  const user = /User "([^"]+)"/.exec(denial)?.[1];
  const account = user === undefined ? null : /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  if (account !== null) return `- kind: ServiceAccount\n  namespace: ${account[1]}\n  name: ${account[2]}`;
  return `- kind: User\n  apiGroup: rbac.authorization.k8s.io\n  name: ${JSON.stringify(user ?? 'the user of this kubeconfig')}`;
}
