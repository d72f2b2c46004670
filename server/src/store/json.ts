/** JSON as jsonb takes it. */

/** jsonb refuses NUL and lone surrogates, which JSON.stringify writes as escapes. */
export function json(value: unknown): string {
  return JSON.stringify(value ?? null).replace(/(\\\\)|\\u(?:(0000)|d[89a-f][0-9a-f]{2})/gi, repairedEscape);
}

function repairedEscape(_whole: string, backslash: string | undefined, nul: string | undefined): string {
  if (backslash !== undefined) return backslash;
  return nul === undefined ? '\ufffd' : '';
}
