/** The report of a replay for people: one line a figure. */
import { printable } from './printable.ts';

/** Nested members become `dropped.ttl-expired`; lists are counted. */
export function reportText(report: object): string {
  const lines = figures(report, '');
  const width = Math.max(0, ...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}

function figures(value: object, prefix: string): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    const name = printable(`${prefix}${key}`);
    if (Array.isArray(member)) return [[name, String(member.length)] as const];
    if (typeof member === 'object' && member !== null) return figures(member, `${prefix}${key}.`);
    return [[name, printable(String(member))] as const];
  });
}
