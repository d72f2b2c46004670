/** What is wrong with a setting that somebody wants to change. */

export interface SettingProblem {
  /** For example `filter.labelSelector`. */
  readonly path: string;
  /** With how to mend it. */
  readonly message: string;
}
