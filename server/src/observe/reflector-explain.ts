/** What a person is told about a failed list or watch, and how to mend it. */
import type { KubeFailure } from '../kube/answer.ts';
import { type ApiResource, collectionPath } from '../kube/api-resource.ts';
import { rbacAdvice } from '../kube/rbac-advice.ts';

export function explainFailure(failure: KubeFailure, resource: ApiResource, namespace: string): string {
  if (failure.code === 403) {
    return `${failure.message}\nThis would mend it:\n${rbacAdvice(resource, namespace, failure.message)}`;
  }
  if (failure.code === 401) {
    return `The API server does not accept our credentials: ${failure.message}. Renew the token or certificate of this context.`;
  }
  if (failure.code === 404) {
    return `The API server does not know ${collectionPath(resource, namespace)}: ${failure.message}`;
  }
  if (failure.kind === 'tls') {
    return `${failure.message}. Check certificate-authority, tls-server-name and the server's address in this context.`;
  }
  return failure.message;
}
