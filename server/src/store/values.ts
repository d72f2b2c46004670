/** A statement's values, and the placeholders that stand for them. */
export class Values {
  readonly list: unknown[] = [];

  add(value: unknown): string {
    this.list.push(value);
    return `$${String(this.list.length)}`;
  }
}
