/** The events of a recording, as they stood when it ended. */
import { basename, resolve } from 'node:path';
import { resourceKey } from '../../kube/recording/recorded-resource.ts';
import { openRecording } from '../../kube/recording/recording.ts';
import type { ChangeType } from '../../observe/ports.ts';
import type { Configuration } from '../config-schema.ts';
import type { EventBoard } from './event-board.ts';
import { createEventReader } from './event-reader.ts';

export interface RecordedEvents {
  /** When the recording ended, milliseconds. */
  readonly end: number;
  /** Lines that could not be read. */
  readonly broken: number;
}

/** Rejects where the folder holds no recording, and with the signal's reason. */
export async function recordedEvents(
  directory: string,
  redaction: Configuration['redaction'],
  board: EventBoard,
  signal: AbortSignal,
): Promise<RecordedEvents> {
  const recording = await openRecording(directory);
  const cluster = { uid: recording.clusterUid ?? recording.name, name: basename(resolve(directory)) };
  let end = recording.baseTime;
  const read = createEventReader(redaction, { now: () => end });
  const { eventResource } = recording;
  const isEvents = eventResource === null ? '' : resourceKey(eventResource);
  let broken = 0;
  const take = (raw: unknown, type: 'LIST' | ChangeType) => {
    const event = read(raw, type, cluster);
    if (event !== null) board.put(event);
  };
  for await (const { line } of recording.lines((resource) => resourceKey(resource) === isEvents)) {
    signal.throwIfAborted();
    end = Math.max(end, recording.baseTime + Math.round(line.t * 1000));
    if (line.type === 'BROKEN') broken += 1;
    else if (line.type === 'LIST') for (const item of line.items) take(item, 'LIST');
    else if ('object' in line) take(line.object, line.type);
  }
  return { end, broken };
}
