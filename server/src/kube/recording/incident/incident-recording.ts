/** An exported incident as a recording: what `tattle demo` and `tattle replay` play of it. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ApiResource } from '../../api-resource.ts';
import { isEventResource } from '../recorded-resource.ts';
import type { Recording, RecordedLogName } from '../recorded-cluster.ts';
import { type ExportedChange, type ExportedIncident, keyOf, readExport, type ReadExport } from './exported-incident.ts';
import { heldObjects } from './held-objects.ts';
import { incidentLines } from './incident-lines.ts';
import { isOfTemplate } from './undoing.ts';

/** So long things stand as they were before the first change. */
const LEAD_MS = 2000;
/** Things had gone wrong by the time that they were seen to. */
const TURN_MS = 2000;
/** What was changed earlier is not played. */
const LONGEST_LEAD_MS = 1_800_000;
/** An export is capped far below this. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Throws where it cannot be read or holds no exported incident, naming the file. */
export async function openIncidentRecording(path: string): Promise<Recording> {
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw new Error(`${path} is larger than any exported incident (${size} bytes)`);
  const text = await readFile(path, 'utf8');
  try {
    return recordingOf(readExport(text), path);
  } catch (error) {
    throw new Error(`${path} cannot be played: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function recordingOf(read: ReadExport, path: string): Recording {
  const { incident } = read;
  const turn = turnOf(incident);
  const played = incident.changes.filter((change) => isPlayed(change, incident)).map(({ at }) => at);
  const silences = incident.silences.filter((at) => at >= turn - LONGEST_LEAD_MS);
  const start = Math.min(turn, ...silences, ...played.map((at) => at - LEAD_MS));
  const { resources, lines } = incidentLines({ incident, held: heldObjects(read), start, turn });
  return {
    folder: path,
    name: incident.cluster.name === '' ? basename(path) : incident.cluster.name,
    clusterUid: incident.cluster.uid === '' ? null : incident.cluster.uid,
    baseTime: start,
    resources,
    eventResource: resources.find(isEventResource) ?? null,
    skipped: [],
    async *lines(wanted: (resource: ApiResource) => boolean = () => true) {
      for (const line of lines) if (wanted(line.resource)) yield line;
    },
    log: async (name) => logOf(incident, name),
  };
}

/** Just before the incident opened, and after whatever was changed until then: what led up to it came first. */
function turnOf({ changes, openedAt }: ExportedIncident): number {
  const until = changes.map(({ at }) => at).filter((at) => at <= openedAt);
  return Math.max(openedAt - TURN_MS, ...until.map((at) => at + 1));
}

/** Rollouts of Deployments show in their ReplicaSets, however long ago: the playing need not begin before them. */
function isPlayed({ object, at, diff }: ExportedChange, { openedAt, root }: ExportedIncident): boolean {
  if (at > openedAt || at < openedAt - LONGEST_LEAD_MS) return false;
  if (object.kind === 'Deployment' && isOfTemplate(diff)) return false;
  return object.namespace === root.namespace || object.namespace === '';
}

function logOf(
  { evidence }: ExportedIncident,
  { namespace, pod, container, previous }: RecordedLogName,
): string | null {
  const kind = previous ? 'previous-log' : 'log';
  const wanted = keyOf({ kind: 'Pod', namespace, name: pod });
  const captured = evidence
    .filter((piece) => piece.kind === kind && piece.container === container && keyOf(piece.object) === wanted)
    .sort((a, b) => b.at - a.at);
  return captured[0]?.body ?? null;
}
