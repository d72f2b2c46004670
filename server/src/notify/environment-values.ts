/** Values as people write them in environment variables. Errors say what is wanted and never repeat the value. */

export type Reading<Value> = { readonly value: Value } | { readonly error: string };

export function readNumber(text: string, least: number, most: number): Reading<number> {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return { value };
  return { error: `must be a whole number from ${least} to ${most}` };
}

export function readBoolean(text: string): Reading<boolean> {
  if (/^(true|yes|on|1)$/i.test(text)) return { value: true };
  if (/^(false|no|off|0)$/i.test(text)) return { value: false };
  return { error: 'must be true or false' };
}

/** Separated by commas, or a JSON array of strings. */
export function readList(text: string): Reading<readonly string[]> {
  if (!text.startsWith('[')) return { value: words(text.split(',')) };
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return { value: words(list) };
  } catch {
    // Not JSON: said below, together with JSON of another shape.
  }
  return { error: 'must be words separated by commas, or a JSON array of strings' };
}

function words(items: readonly string[]): readonly string[] {
  return [...new Set(items.map((item) => item.trim()).filter((item) => item !== ''))];
}
