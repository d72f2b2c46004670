/** A commit as a list of statements, so that it can be run again as it was when a crash of the server lost it. */
export type Statement =
  | { readonly kind: 'copy'; readonly text: string; readonly rows: Buffer }
  | {
      readonly kind: 'query';
      /** Prepared under this name once a connection. */
      readonly name?: string;
      readonly text: string;
      readonly values: readonly (string | number | null)[];
      /** Rows that must be touched; fewer mean that another writer was faster. */
      readonly expect?: number;
    };

export function plain(text: string): Statement {
  return { kind: 'query', text, values: [] };
}
