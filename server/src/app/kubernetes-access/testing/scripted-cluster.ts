/** A cluster whose users and permissions a test holds in its hands, behind the API server's two reviews over HTTP. */
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { KubeClient } from '../../../kube/client.ts';
import { clientTo, json, ScriptedServer } from '../../../kube/testing/scripted-server.ts';
import type { TrustedCluster } from '../vouching.ts';

type JsonObject = Readonly<Record<string, unknown>>;

export interface AccessSpec {
  readonly user: string;
  readonly groups: readonly string[];
  readonly resourceAttributes: { readonly verb: string; readonly resource: string; readonly namespace?: string };
}

export interface ScriptedCluster extends AsyncDisposable {
  readonly trusted: TrustedCluster;
  /** Token → `status` of its TokenReview; others are not vouched for. */
  readonly tokens: Map<string, JsonObject>;
  /** `*` or a namespace, then the resource: `shop events`. */
  readonly allowed: Set<string>;
  readonly tokenReviews: JsonObject[];
  readonly accessReviews: AccessSpec[];
  /** The most of them that were open at once. */
  mostAtOnce(): number;
  /** Answers instead of the cluster as long as it returns true. */
  interfere: (response: ServerResponse, review: JsonObject) => boolean | Promise<boolean>;
}

export function vouched(username: string, more: JsonObject = {}): JsonObject {
  const user = { username, uid: `uid-${username}`, groups: ['system:authenticated'], extra: { 'example/team': ['a'] } };
  return { authenticated: true, user, ...more };
}

export async function scriptedCluster(name = 'prod', idPrefix = 'kubernetes:'): Promise<ScriptedCluster> {
  let open = 0;
  let most = 0;
  const server = await ScriptedServer.start(async (_, response) => {
    const review = JSON.parse(await text(response.req)) as { kind: string; spec: JsonObject };
    open += 1;
    most = Math.max(most, open);
    response.once('close', () => {
      open -= 1;
    });
    if (review.kind === 'TokenReview') cluster.tokenReviews.push(review.spec);
    else cluster.accessReviews.push(review.spec as unknown as AccessSpec);
    if (await cluster.interfere(response, review)) return;
    json(response, { ...review, status: statusOf(cluster, review) }, 201);
  });
  const client: KubeClient = clientTo(server.url);
  const cluster: ScriptedCluster = {
    trusted: { idPrefix, reviewer: client, cluster: () => ({ uid: `uid-${name}`, name }) },
    tokens: new Map(),
    allowed: new Set(),
    tokenReviews: [],
    accessReviews: [],
    mostAtOnce: () => most,
    interfere: () => false,
    async [Symbol.asyncDispose]() {
      client.close();
      await server[Symbol.asyncDispose]();
    },
  };
  return cluster;
}

function statusOf({ tokens, allowed }: ScriptedCluster, review: { kind: string; spec: JsonObject }): JsonObject {
  if (review.kind === 'TokenReview')
    return tokens.get(review.spec['token'] as string) ?? { error: 'invalid bearer token', user: {} };
  const { namespace = '*', resource } = (review.spec as unknown as AccessSpec).resourceAttributes;
  return { allowed: allowed.has(`${namespace} ${resource}`) };
}
