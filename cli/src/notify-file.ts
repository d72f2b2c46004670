/** The `notify` section of a configuration file, or a file that is such a section, and where in it things stand. */
import { readFile } from 'node:fs/promises';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { CommandFailure, EXIT } from './failure.ts';
import { reasonOf } from './reason-of.ts';

export interface NotifyFile {
  readonly section: unknown;
  /** `FILE:12:5` of a path of the API such as `notify.routes[0].to`, or of what is nearest to it. */
  readonly placeOf: (path: string) => string;
}

const PARTS = ['rules', 'routes', 'maintenance', 'inhibit'];

/** Rejects with `CommandFailure` for what cannot be read, is no YAML, or has no such section. */
export async function readNotifyFile(file: string): Promise<NotifyFile> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandFailure(EXIT.failed, `${file} cannot be read (${reasonOf(error)})`, '', { cause: error });
  });
  return notifySection(text, file);
}

/** Throws as above. */
export function notifySection(text: string, file: string): NotifyFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const faults = document.errors.map(({ pos, message }) => `${placeAt(pos[0])}: ${firstLine(message)}`);
  if (faults.length > 0) throw new CommandFailure(EXIT.wrong, faults.join('\n'));
  const value = valueOf(document, file);
  const isWhole = typeof value === 'object' && value !== null && 'notify' in value;
  if (!isWhole && !isSection(value)) {
    const mend = `Name a configuration file with notify, or one that is such a section: ${PARTS.join(', ')}.`;
    throw new CommandFailure(EXIT.wrong, `${file} says nothing of who is told`, mend);
  }
  const root = isWhole ? ['notify'] : [];
  return {
    section: isWhole ? value.notify : value,
    placeOf: (path) => {
      const offset = offsetOf(document, [...root, ...stepsOf(path).slice(1)]);
      return offset === null ? file : placeAt(offset);
    },
  };
}

function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw new CommandFailure(EXIT.wrong, `${file} cannot be read as YAML (${reasonOf(error)})`, '', { cause: error });
  }
}

function isSection(value: unknown): boolean {
  return typeof value === 'object' && value !== null && PARTS.some((part) => part in value);
}

/** Of what the path names: its key where it has one, else itself; of what is missing, what it is missing from. */
function offsetOf(document: Document, steps: readonly (string | number)[]): number | null {
  for (let length = steps.length; length > 0; length -= 1) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(steps.slice(0, length - 1), true);
    const step = steps[length - 1];
    const pair = isMap(parent) ? parent.items.find(({ key }) => String(key) === step) : undefined;
    const node: unknown = pair?.key ?? document.getIn(steps.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return isNode(document.contents) && document.contents.range ? document.contents.range[0] : null;
}

/** `a.b[0]["c d"]`: a, b, 0, c d. */
function stepsOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)].map(([, index, quoted, plain]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? (plain ?? '') : (JSON.parse(`"${quoted}"`) as string);
  });
}

/** What parsers add shows the lines in question, which may hold a secret. */
function firstLine(message: string): string {
  return message.split('\n', 1).join('');
}
