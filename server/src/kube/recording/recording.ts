/** A recording folder: what it holds, when it began, whose cluster it is, and all its lines in the order of time. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ApiResource } from '../api-resource.ts';
import { BaseTime } from './base-time.ts';
import { openIncidentRecording } from './incident/incident-recording.ts';
import type { RecordedLogName, Recording } from './recorded-cluster.ts';
import { mergeFiles } from './merge-files.ts';
import { describeFile, readRecordedFile, type RecordedFile } from './recorded-file.ts';
import { textAt } from './recorded-line.ts';
import { isEventResource, resourceKey } from './recorded-resource.ts';

export type { RecordedLogName, Recording } from './recorded-cluster.ts';

/**
 * A folder of recorded traffic, or the file of an exported incident. Throws where it cannot be read or holds neither, naming it and
 * what belongs in it.
 */
export async function openRecording(path: string): Promise<Recording> {
  return (await isFile(path)) ? openIncidentRecording(path) : openFolder(path);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    throw new Error(`cannot read the recording ${path}`, { cause: error });
  }
}

async function openFolder(folder: string): Promise<Recording> {
  const paths = await findFiles(folder);
  const described = await Promise.all(paths.map(describeFile));
  const files = described.filter((file) => file !== null);
  const skipped = paths.filter((_, index) => described[index] === null);
  if (files.length === 0)
    throw new Error(`${folder} holds no recording: none of its .ndjson files starts with {"t":…,"resource":…} lines`);
  const resources = [...new Map(files.map((file) => [resourceKey(file.resource), file.resource])).values()];
  const eventResource = chooseEvents(resources);
  return {
    folder,
    name: basename(resolve(folder)),
    clusterUid: await findClusterUid(files),
    baseTime: await findBaseTime(files, eventResource),
    resources,
    eventResource,
    skipped: skipped.map((path) => `${path}: no line says which resource it holds`),
    lines: (wanted = () => true) => mergeFiles(files.filter((file) => wanted(file.resource))),
    log: (name) => readLog(folder, name),
  };
}

async function findFiles(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => name.endsWith('.ndjson'))
      .sort((a, b) => (a < b ? -1 : 1))
      .map((name) => join(folder, name));
  } catch (error) {
    throw new Error(`cannot read the recording folder ${folder}`, { cause: error });
  }
}

function chooseEvents(resources: readonly ApiResource[]): ApiResource | null {
  const events = resources.filter(isEventResource);
  return events.find((resource) => resource.group !== '') ?? events[0] ?? null;
}

async function findClusterUid(files: readonly RecordedFile[]): Promise<string | null> {
  for (const file of files) {
    if (resourceKey(file.resource) !== 'namespaces') continue;
    for await (const lines of readRecordedFile(file)) {
      for (const line of lines) {
        const objects = 'items' in line ? line.items : 'object' in line ? [line.object] : [];
        const found = objects.find((object) => textAt(object, 'metadata', 'name') === 'kube-system');
        const uid = textAt(found, 'metadata', 'uid');
        if (uid !== '') return uid;
      }
    }
  }
  return null;
}

/** From the events; from the creation times of whatever was recorded where there are none. */
async function findBaseTime(files: readonly RecordedFile[], events: ApiResource | null): Promise<number> {
  const base = new BaseTime();
  const read = events === null ? files : files.filter((file) => resourceKey(file.resource) === resourceKey(events));
  for (const file of read) {
    for await (const lines of readRecordedFile(file)) for (const line of lines) base.see(line);
  }
  return base.milliseconds();
}

/** Names as the API server would accept them; everything else (`..`, slashes, NUL) has no log. */
const objectName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/i;

async function readLog(folder: string, name: RecordedLogName): Promise<string | null> {
  const parts = [name.namespace, name.pod, name.container];
  if (!parts.every((part) => objectName.test(part))) return null;
  const file = `${name.container}${name.previous ? '.previous' : ''}.log`;
  try {
    return await readFile(join(folder, 'logs', name.namespace, name.pod, file), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new Error(`cannot read the recorded log ${file} of pod ${name.namespace}/${name.pod}`, { cause: error });
  }
}
