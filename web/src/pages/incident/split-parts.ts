/** What an incident can be split by. */
import type { WireStrand } from '@tattle/contract';

export interface SplitParts {
  /** As the API takes them: `Deployment/web`, with the namespace before it where that is needed to tell two apart. */
  readonly objects: readonly string[];
  readonly conditions: readonly string[];
}

export function splitParts(strands: readonly Pick<WireStrand, 'root' | 'condition'>[]): SplitParts {
  const roots = new Map(strands.map(({ root }) => [`${root.namespace}/${root.kind}/${root.name}`, root]));
  const short = [...roots.values()].map(({ kind, name }) => `${kind}/${name}`);
  const isTwice = (name: string) => short.indexOf(name) !== short.lastIndexOf(name);
  const objects = [...roots].map(([whole, { kind, name }]) => (isTwice(`${kind}/${name}`) ? whole : `${kind}/${name}`));
  return { objects: objects.sort(), conditions: [...new Set(strands.map(({ condition }) => condition))].sort() };
}
