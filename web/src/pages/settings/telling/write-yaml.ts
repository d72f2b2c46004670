/** Writes plain values as YAML that people can edit: a page that only shows them need not load a whole YAML library. Pure. */

/** Words that YAML takes for nothing but text, whatever reads it. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_/-]*$/;
const NOT_TEXT = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

/** Of objects, lists, texts, numbers and booleans; ends with a line break. */
export function writeYaml(value: unknown): string {
  return `${blockOf(value, '')}\n`;
}

function blockOf(value: unknown, indent: string): string {
  if (Array.isArray(value) && value.length > 0) {
    return value.map((item) => `${indent}- ${blockOf(item, `${indent}  `).trimStart()}`).join('\n');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${indent}${scalarOf(value)}`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return `${indent}{}`;
  return entries
    .map(([key, item]) => `${indent}${PLAIN.test(key) ? key : scalarOf(key)}:${entryOf(item, indent)}`)
    .join('\n');
}

/** Lists of texts stand on the line of their key; what has parts stands below it. */
function entryOf(item: unknown, indent: string): string {
  const isShort = Array.isArray(item) && item.every((each) => typeof each !== 'object');
  if (isShort) return ` [${item.map(scalarOf).join(', ')}]`;
  return typeof item === 'object' && item !== null && Object.keys(item).length > 0
    ? `\n${blockOf(item, `${indent}  `)}`
    : ` ${blockOf(item, '')}`;
}

/** Between single quotes nothing is escaped: expressions stay as they were written. */
const VERBATIM = /^[\x20-\x26\x28-\x7E]*"[\x20-\x26\x28-\x7E]*$/;

/** Else quoted as JSON is, which YAML reads the same. */
function scalarOf(value: unknown): string {
  if (typeof value === 'string' && PLAIN.test(value) && !NOT_TEXT.test(value)) return value;
  return typeof value === 'string' && VERBATIM.test(value) ? `'${value}'` : JSON.stringify(value);
}
