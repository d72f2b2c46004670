/** The redactor that the configuration asks for: secrets always, further masks on request. */
import { createRedactor, type Redactor } from '../kit/redaction.ts';
import type { SlimCache } from '../observe/cache.ts';
import type { Configuration } from './config-schema.ts';

/** `cache` knows which names are nodes', in any cluster. */
export function redactorOf({ nodes, ...options }: Configuration['redaction'], cache: SlimCache): Redactor {
  const made = createRedactor(nodes ? { ...options, isNode: (name) => cache.isNode(name) } : options);
  if (!made.ok) throw new Error('redaction patterns that the configuration accepted do not compile');
  return made.redactor;
}
