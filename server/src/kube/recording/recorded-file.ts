/** One file of a recording: its resource, and its lines in order. */
import { basename } from 'node:path';
import type { ApiResource } from '../api-resource.ts';
import { readLines, type FileLine } from './file-lines.ts';
import { readContent, readHeader, type BrokenLine, type LineHeader, type RecordedLine } from './recorded-line.ts';
import { resolveResource } from './recorded-resource.ts';

export interface RecordedFile {
  readonly path: string;
  readonly name: string;
  readonly resource: ApiResource;
}

/** How many lines are read at most to find out which resource a file holds. */
const HEADER_LINES = 200;

/** The file's resource, or null where its first lines do not say (an empty file, or none of ours). */
export async function describeFile(path: string): Promise<RecordedFile | null> {
  const headers: LineHeader[] = [];
  let seen = 0;
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      const header = line.tooLong ? null : readHeader(parse(line.text));
      if (header !== null) headers.push(header);
      seen += 1;
      const known = headers.some((each) => each.namespaced !== undefined);
      if ((known && resolveResource(headers) !== null) || seen >= HEADER_LINES) return described(path, headers);
    }
  }
  return described(path, headers);
}

function described(path: string, headers: readonly LineHeader[]): RecordedFile | null {
  const resource = resolveResource(headers);
  return resource === null ? null : { path, name: basename(path), resource };
}

/** Every line of the file in order; `t` never goes backwards: a line with an earlier time gets that of the line before it. */
export async function* readRecordedFile(
  file: RecordedFile,
): AsyncGenerator<readonly (RecordedLine | BrokenLine)[], void, void> {
  let t = 0;
  for await (const lines of readLines(file.path)) {
    yield lines.map((line) => {
      const read = readLine(file, line, t);
      t = read.t;
      return read;
    });
  }
}

function readLine(file: RecordedFile, line: FileLine, lastTime: number): RecordedLine | BrokenLine {
  const base = { file: file.name, line: line.number };
  const broken = (reason: string): BrokenLine => ({
    ...base,
    t: lastTime,
    type: 'BROKEN',
    reason,
    excerpt: line.text.slice(0, 200),
  });
  if (line.tooLong) return broken('the line is too long');
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch (error) {
    return broken(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const content = readContent(value);
  if ('broken' in content) return broken(content.broken);
  return { ...base, t: Math.max(lastTime, (value as { t: number }).t), ...content };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
