/** One condition of a filter. */
export interface Term {
  /** A parameter's name, such as `namespace`. */
  readonly field: string;
  readonly value: string;
  readonly negated: boolean;
}
