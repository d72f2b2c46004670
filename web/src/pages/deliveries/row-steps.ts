/** Steps from row to row of a list by key: the row that has the focus is the one that is meant. */

/** Rows carry `data-row`. Forward from none is the first, back from none the last. */
export function stepRow(list: HTMLElement, by: 1 | -1): void {
  const rows = [...list.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = at === -1 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  rows[next]?.focus();
}

/** Opens or closes the row that has the focus. */
export function openRow(list: HTMLElement): void {
  const { activeElement } = document;
  if (activeElement instanceof HTMLElement && list.contains(activeElement) && activeElement.matches('[data-row]')) {
    activeElement.click();
  }
}
