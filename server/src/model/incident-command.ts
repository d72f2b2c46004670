/** What people (and later findings, as `tattle`) do to incidents. */

interface CommandBase {
  readonly id: string;
  /** Who: shown in the timeline. */
  readonly by: string;
  /** The id of the principal that acts, for the audit trail, where it is not `by`: people may act under another name. */
  readonly actor?: string;
  /** The note, the resolution, or the reason; may be empty where none is needed. */
  readonly text: string;
}

export type Command =
  | (CommandBase & { readonly kind: 'acknowledge' | 'resolve' | 'note' | 'unmerge' })
  /** `others` live on in `id`. */
  | (CommandBase & { readonly kind: 'merge'; readonly others: readonly string[] })
  /** What is about these objects (`Deployment/cart` in any namespace, `shop/Deployment/cart`) or conditions becomes an incident of its own. */
  | (CommandBase & {
      readonly kind: 'split';
      readonly objects: readonly string[];
      readonly conditions: readonly string[];
    });

export interface CommandOutcome {
  /** Why it was not done, for the person who asked; null when it was. */
  readonly refusal: string | null;
  /** The incidents that changed, the one to look at first. */
  readonly incidentIds: readonly string[];
}
