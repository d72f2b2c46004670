/** Lines of CSV (RFC 4180) that no spreadsheet calculates. */

/** What begins so is a formula to a spreadsheet, also after blanks and inside of quotes. */
const FORMULA = /^[\s\0]*[=+\-@\t\r|%]/;

export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
