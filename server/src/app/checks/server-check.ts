/** Makes checks for people who are shown a page: with a title, and with YAML apart from the words around it. */
import type { ServerCheck } from '../../api/ports.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Check } from '../doctor/check.ts';

export interface About {
  readonly title: string;
  /** Null for the process as a whole. */
  readonly cluster: ClusterRef | null;
}

/** What the doctor says, which prints words and YAML as one text. */
export function asServerCheck(check: Check, { title, cluster }: About): ServerCheck {
  const { words, manifest } = apart(check.mend);
  return {
    name: check.name,
    title,
    state: check.state,
    detail: check.detail,
    last: null,
    mend: words,
    manifest,
    cluster,
  };
}

/** How Tattle's own texts lead to a manifest. */
const LEADS = ['This would mend it:\n', 'Apply this (kubectl apply -f -):\n'];
export const APPLY = 'Apply the manifest, or have somebody do so who may: kubectl apply -f -';

/** A message of the API server may stand before it: the last lead is ours. */
export function apart(text: string): { readonly words: string; readonly manifest: string | null } {
  for (const lead of LEADS) {
    const at = text.lastIndexOf(lead);
    if (at === -1) continue;
    return { words: text.slice(0, at).trim() || APPLY, manifest: `${text.slice(at + lead.length).trim()}\n` };
  }
  return { words: text, manifest: null };
}
