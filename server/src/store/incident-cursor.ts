/** Where a page of incidents ended: opaque to whoever hands it back. */
import { CursorError } from '../model/ports.ts';
import type { Incident } from '../model/incident.ts';

export interface IncidentCursor {
  readonly openedAt: number;
  readonly id: string;
}

export function writeCursor({ openedAt, id }: Pick<Incident, 'openedAt' | 'id'>): string {
  return Buffer.from(`i1:${String(openedAt)}:${id}`).toString('base64url');
}

export function readCursor(cursor: string): IncidentCursor {
  const [, openedAt, id] = /^i1:(\d{1,15}):([0-9a-z_-]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (openedAt === undefined || id === undefined)
    throw new CursorError('this cursor is not one of a list of incidents');
  return { openedAt: Number(openedAt), id };
}
