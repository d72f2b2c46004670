/** A JSON value as lines that read like YAML, each with the place in the value that it shows. */

/** The way to a place in a value: keys of objects and indices of lists. */
export type Pointer = readonly (string | number)[];

export interface YamlLine {
  readonly pointer: Pointer;
  /** Blanks and the dashes of lists that stand before it. */
  readonly lead: string;
  /** Null for entries of lists and for the lines of a long text. */
  readonly key: string | null;
  /** Null where what is below it follows on lines of its own. */
  readonly value: string | null;
}

/** For reading, not for parsing: strings stand without quotes unless they would be taken for something else. */
export function yamlLines(value: unknown): readonly YamlLine[] {
  return [...linesOf(value, [], '', '')];
}

/** `lead` stands before the first line, `indent` before those that follow. */
function* linesOf(value: unknown, pointer: Pointer, lead: string, indent: string): Generator<YamlLine> {
  if (Array.isArray(value) && value.length > 0) {
    for (const [index, entry] of (value as readonly unknown[]).entries()) {
      yield* linesOf(entry, [...pointer, index], `${index === 0 ? lead : indent}- `, `${indent}  `);
    }
  } else if (isMap(value) && Object.keys(value).length > 0) {
    for (const [index, [key, entry]] of Object.entries(value).entries()) {
      yield* entryOf(key, entry, [...pointer, key], index === 0 ? lead : indent, indent);
    }
  } else {
    yield* scalarLines(null, value, pointer, lead, indent);
  }
}

function* entryOf(key: string, value: unknown, pointer: Pointer, lead: string, indent: string): Generator<YamlLine> {
  const below = Array.isArray(value) ? value.length > 0 : isMap(value) && Object.keys(value).length > 0;
  if (!below) {
    yield* scalarLines(key, value, pointer, lead, indent);
    return;
  }
  yield { pointer, lead, key, value: null };
  // As kubectl writes it: lists are not moved in below their key.
  const deeper = Array.isArray(value) ? indent : `${indent}  `;
  yield* linesOf(value, pointer, deeper, deeper);
}

function* scalarLines(
  key: string | null,
  value: unknown,
  pointer: Pointer,
  lead: string,
  indent: string,
): Generator<YamlLine> {
  if (typeof value !== 'string' || !value.trimEnd().includes('\n')) {
    yield { pointer, lead, key, value: written(value) };
    return;
  }
  yield { pointer, lead, key, value: '|' };
  for (const line of value.trimEnd().split('\n')) yield { pointer, lead: `${indent}  `, key: null, value: line };
}

const LOOKS_LIKE_ANOTHER = /^(?:true|false|null|~|-?\d[\d.eE+-]*|)$/;

function written(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  return LOOKS_LIKE_ANOTHER.test(value) ? JSON.stringify(value) : value;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a line shows the place, or something below it. */
export function isAtOrBelow(pointer: Pointer, place: Pointer): boolean {
  return place.every((step, index) => pointer[index] === step);
}

/** As it is copied. */
export function yamlText(lines: readonly YamlLine[]): string {
  return lines.map(({ lead, key, value }) => lead + (key === null ? '' : `${key}:`) + separated(key, value)).join('\n');
}

function separated(key: string | null, value: string | null): string {
  if (value === null) return '';
  return key === null ? value : ` ${value}`;
}
