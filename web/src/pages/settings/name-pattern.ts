/** Names with wildcards (`team-*`), understood as the server understands them. */

export function isPattern(name: string): boolean {
  return name.includes('*');
}

/** `*` stands for any characters, also none; anchored at both ends. Linear in the name's length. */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === name;
  const first = parts.at(0) ?? '';
  const last = parts.at(-1) ?? '';
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** The same, blind to upper and lower case, as reasons, kinds and components are compared. */
export function matchesFolded(pattern: string, name: string): boolean {
  return matchesPattern(pattern.toLowerCase(), name.toLowerCase());
}

/** Why this can be no namespace name or pattern; null where it can. */
export function namespaceFault(text: string): string | null {
  if (text.length > 253) return 'A name has 253 characters at the most.';
  if (/^[a-z0-9*](?:[a-z0-9.*-]*[a-z0-9*])?$/.test(text)) return null;
  return 'Lower-case letters, digits and dashes, with * as wildcard: shop, team-*';
}

/** Why this can be no reason, kind or component; null where it can. */
export function wordFault(text: string): string | null {
  if (text.length > 253) return 'A name has 253 characters at the most.';
  return /^[\x21-\x7e][\x20-\x7e]*$/.test(text) ? null : 'Plain letters, digits and signs, with * as wildcard: Failed*';
}
