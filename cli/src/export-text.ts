/** Makes an export safe for a terminal: JSON always, as its values stay the same; CSV, which knows no escapes, only where a terminal shows it. */
import { printable, safeJson } from './printable.ts';

export type ExportForm = 'jsonl' | 'csv';

/** Pieces may end anywhere but within a character. */
export async function* safeExport(
  pieces: AsyncIterable<string>,
  form: ExportForm,
  isTerminal: boolean,
): AsyncGenerator<string> {
  if (form === 'jsonl') yield* safeLines(pieces);
  else if (isTerminal) yield* shownCsv(pieces);
  else yield* pieces;
}

/** Outside of its strings, JSON is ASCII. */
async function* safeLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const piece of pieces) {
    yield piece.replaceAll(/[^ -~\n]+/g, (characters) => safeJson(characters).slice(1, -1));
  }
}

async function* shownCsv(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const piece of pieces) {
    const text = held + piece;
    // Whether it ends a line shows in the next piece.
    held = text.endsWith('\r') ? '\r' : '';
    yield shown(text.slice(0, text.length - held.length));
  }
  yield shown(held);
}

function shown(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(/[^ -~\n]+/g, printable);
}
