/** Text for PostgreSQL: values of COPY's text format and of array literals, written by hand because both are on the hot path. */

const COPY_SPECIAL = /[\\\n\r\t\0]/;
const ARRAY_SPECIAL = /["\\\0]/;
const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** PostgreSQL takes no NUL and no lone surrogate. Triage repairs both; this is the last line. */
export function storable(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole;
}

/** What is not was never stored: a question for it must not find what it would be repaired to. */
export function isStorable(text: string): boolean {
  return storable(text) === text;
}

/** One field of a COPY row; null becomes `\N`. */
export function copyField(value: string | null): string {
  if (value === null) return '\\N';
  const text = value.isWellFormed() ? value : value.toWellFormed();
  return COPY_SPECIAL.test(text) ? text.replace(/[\\\n\r\t\0]/g, escapeForCopy) : text;
}

function escapeForCopy(character: string): string {
  switch (character) {
    case '\\':
      return '\\\\';
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    default:
      return '';
  }
}

/** A text[] literal. */
export function textArray(values: readonly (string | null)[]): string {
  let literal = '{';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) literal += ',';
    const value = values[i] ?? null;
    if (value === null) literal += 'NULL';
    else {
      const text = value.isWellFormed() ? value : value.toWellFormed();
      literal += `"${ARRAY_SPECIAL.test(text) ? text.replace(/["\\\0]/g, (c) => (c === '\0' ? '' : `\\${c}`)) : text}"`;
    }
  }
  return `${literal}}`;
}

/** A literal of numbers, uuids or anything else that needs no quotes; null is NULL. */
export function plainArray(values: readonly (number | string | null)[]): string {
  let literal = '{';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) literal += ',';
    literal += values[i] ?? 'NULL';
  }
  return `${literal}}`;
}

export function isCanonicalUuid(text: string): boolean {
  return text.length === 36 && CANONICAL_UUID.test(text);
}
