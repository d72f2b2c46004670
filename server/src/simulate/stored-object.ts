/** One object as the simulated cluster keeps it: serialised once, with what it can be selected by. */

export interface StoredObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly version: number;
  /** Without kind and apiVersion, as in the items of a list. */
  readonly json: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
}
