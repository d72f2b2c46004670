/** Which cluster this is: the uid of its kube-system namespace, which no rename and no second kubeconfig changes. */
import type { ClusterRef } from '../model/object-ref.ts';
import { type Answer, asRecord, asText, succeed } from './answer.ts';
import type { KubeClient } from './client.ts';

/**
 * The configured name stands in only where the namespace may not be read or is not there; a server that is away is a
 * failure, to be asked again, since a cluster must not change its identity from start to start.
 */
export async function identifyCluster(
  client: Pick<KubeClient, 'get'>,
  name: string,
  signal: AbortSignal,
): Promise<Answer<ClusterRef>> {
  const answer = await client.get('/api/v1/namespaces/kube-system', signal);
  if (!answer.ok && answer.failure.code !== 403 && answer.failure.code !== 404) return answer;
  const uid = answer.ok ? asText(asRecord(answer.value['metadata'])['uid']) : '';
  return succeed({ uid: uid === '' ? name : uid, name });
}
