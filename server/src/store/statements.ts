/** A commit as a list of statements, so that it can be run again as it was when a crash of the server lost it. */
export type Statement =
  | { readonly kind: 'copy'; readonly text: string; readonly rows: Buffer }
  | {
      readonly kind: 'query';
      /** Prepared under this name once a connection. */
      readonly name?: string;
      readonly text: string;
      readonly values: readonly (string | number | null)[];
    };

export function plain(text: string): Statement {
  return { kind: 'query', text, values: [] };
}

/**
 * An UPDATE that fails its transaction unless it changes as many rows as the parameter says: fewer mean that another writer was
 * faster. It fails by dividing by zero (22012), which nothing else here can do.
 */
export function exactly(update: string, parameter: string): string {
  return `WITH changed AS (${update} RETURNING 1) SELECT 1 / (count(*) = ${parameter}::int)::int FROM changed`;
}
