/** The Prometheus that the configuration names, ready to be asked. */
import { createPrometheus, type Prometheus } from '../evidence/prometheus.ts';
import { parseAllowList } from '../kit/address-guard.ts';
import { systemClock } from '../kit/clock.ts';
import { createGuardedFetch } from '../kit/guarded-fetch.ts';
import { rotatedFile } from '../kube/reread-file.ts';
import type { Configuration } from './config-schema.ts';

/** Undefined where none is named. */
export function prometheusOf(evidence: Configuration['evidence']): Prometheus | undefined {
  const { prometheusUrl, prometheusToken, prometheusTokenFile } = evidence;
  if (prometheusUrl === undefined) return undefined;
  return createPrometheus({
    url: prometheusUrl,
    token: tokenFrom(prometheusTokenFile, prometheusToken),
    fetch: createGuardedFetch({ allowList: parseAllowList([]).allowList }),
  });
}

function tokenFrom(path: string | undefined, token: string | undefined): () => Promise<string | null> {
  if (path === undefined) return async () => token ?? null;
  const file = rotatedFile(path, 'evidence.prometheusTokenFile', systemClock);
  return async () => (await file.read()).trim();
}
