/** The report of an import for people: what is left to do comes last, where it is seen. */
import type { ImportNote, ImportReport } from './engine.ts';
import { printable } from './printable.ts';

const SECTIONS: readonly (readonly [kind: keyof ImportReport, title: string])[] = [
  ['taken', 'Taken over'],
  ['changed', 'Means something else here'],
  ['missing', 'Has no counterpart'],
  ['todo', 'Left to do'],
];

export function importReportText(report: ImportReport): string {
  const sections = SECTIONS.filter(([kind]) => report[kind].length > 0);
  return sections.map(([kind, title]) => sectionText(title, report[kind])).join('\n');
}

function sectionText(title: string, notes: readonly ImportNote[]): string {
  const lines = notes.map(({ path, text }) => `  ${printable(path)}: ${printable(text)}\n`);
  return `${title} (${notes.length}):\n${lines.join('')}`;
}
