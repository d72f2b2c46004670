/** Columns of text, three blanks apart, as wide as their widest cell; the last one is not padded. */

/** Widths never shrink, so that rows printed later stay under the header printed first. */
export class Table {
  readonly #header: readonly string[];
  readonly #widths: number[];

  constructor(header: readonly string[]) {
    this.#header = header;
    this.#widths = header.map((title) => title.length);
  }

  /** Lines with their line ends, the header first where it is wanted. */
  render(rows: readonly (readonly string[])[], withHeader: boolean): string {
    for (const row of rows) {
      for (const [column, cell] of row.entries()) {
        this.#widths[column] = Math.max(this.#widths[column] ?? 0, [...cell].length);
      }
    }
    const lines = withHeader ? [this.#header, ...rows] : rows;
    return lines.map((row) => `${this.#line(row)}\n`).join('');
  }

  #line(row: readonly string[]): string {
    const last = row.length - 1;
    return row
      .map((cell, column) =>
        column === last ? cell : cell + ' '.repeat((this.#widths[column] ?? 0) - [...cell].length + 3),
      )
      .join('');
  }
}
