/** A mapping of somebody else's configuration, which knows what of it was asked for: what nobody asked for is told. */

export class Fields {
  /** `receivers[2].slack`; empty at the top. */
  readonly path: string;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #asked = new Set<string>();

  private constructor(values: Readonly<Record<string, unknown>>, path: string) {
    this.#values = values;
    this.path = path;
  }

  /** Of what is no mapping: one without fields. */
  static of(value: unknown, path = ''): Fields {
    return new Fields(isMapping(value) ? value : {}, path);
  }

  /** The same, with paths that begin here. */
  asTop(): Fields {
    return new Fields(this.#values, '');
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  /** Undefined where there is none, or an empty one. Numbers and switches as they are written. */
  text(name: string): string | undefined {
    const value = this.#ask(name);
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** Whatever it is. */
  value(name: string): unknown {
    return this.#ask(name);
  }

  number(name: string): number | undefined {
    const value = Number(this.text(name) ?? Number.NaN);
    return Number.isFinite(value) ? value : undefined;
  }

  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true';
  }

  /** One value counts as a list of it. */
  texts(name: string): readonly string[] {
    const value = this.#ask(name);
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    return all.flatMap((one) =>
      typeof one === 'string' && one !== '' ? [one] : typeof one === 'number' ? [String(one)] : [],
    );
  }

  /** Undefined where there is none, or an empty one. */
  fields(name: string): Fields | undefined {
    const value = this.#ask(name);
    return isMapping(value) && Object.keys(value).length > 0 ? new Fields(value, this.at(name)) : undefined;
  }

  list(name: string): readonly Fields[] {
    const value = this.#ask(name);
    const all: readonly unknown[] = Array.isArray(value) ? value : [];
    return all.map((one, index) => Fields.of(one, `${this.at(name)}[${index}]`));
  }

  /** Names and texts, such as of labels or headers. */
  pairs(name: string): Readonly<Record<string, string>> {
    const fields = this.fields(name);
    return Object.fromEntries((fields?.names() ?? []).map((key) => [key, fields?.text(key) ?? '']));
  }

  names(): readonly string[] {
    return Object.keys(this.#values);
  }

  has(name: string): boolean {
    return isSaid(this.#values[name]);
  }

  /** Paths of what says something and was not asked for. */
  unasked(): readonly string[] {
    return this.names()
      .filter((name) => !this.#asked.has(name) && isSaid(this.#values[name]))
      .map((name) => this.at(name));
  }

  /** Asked for, whatever it is: somebody has told of it. */
  settle(...names: readonly string[]): void {
    for (const name of names) this.#asked.add(name);
  }

  #ask(name: string): unknown {
    this.#asked.add(name);
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null, nothing, `false` and what is empty say the same as nothing at all. */
function isSaid(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isMapping(value)) return Object.values(value).some(isSaid);
  return value !== undefined && value !== null && value !== '' && value !== false;
}
