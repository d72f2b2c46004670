/** Answers `/api/v1/events` from a board as a server would from its store, for commands that read without one. */
import { endpoints, type WireEventPage } from '@tattle/contract';
import { eventFilterOf } from '../../api/filters.ts';
import { badParameter, notFound, type ProblemDetails, RequestProblem } from '../../api/problem.ts';
import { readQuery } from '../../api/query.ts';
import { wireEvent } from '../../api/wire.ts';
import { CursorError } from '../../model/ports/store.ts';
import type { EventBoard } from './event-board.ts';

export interface BoardAnswer {
  readonly status: number;
  readonly body: string;
}

/** `now` is what `now-1h` is reckoned from. Never throws for what is asked. */
export function answerFromBoard(board: EventBoard, method: string, path: string, now: number): BoardAnswer {
  try {
    if (method !== 'GET' || !/^\/api\/v1\/events(\?|$)/.test(path)) {
      throw notFound('Only events can be read without a server.', 'tattle serve starts one.');
    }
    return { status: 200, body: JSON.stringify(eventPage(board, path, now)) };
  } catch (error) {
    if (error instanceof RequestProblem) return refusal(error.details);
    if (error instanceof CursorError)
      return refusal(badParameter('cursor', 'is none of ours', 'Leave it out.').details);
    throw error;
  }
}

function eventPage(board: EventBoard, path: string, now: number): WireEventPage {
  const { limit, cursor, ...asked } = readQuery(path, endpoints.listEvents.query);
  const filter = eventFilterOf(asked, 'everything', now);
  const page = board.page(filter, { limit, ...(cursor === undefined ? {} : { cursor }) });
  return { items: page.items.map(wireEvent), nextCursor: page.nextCursor, partial: page.partial };
}

function refusal({ status, title, detail, hint }: ProblemDetails): BoardAnswer {
  return { status, body: JSON.stringify({ type: 'about:blank', title, status, detail, hint, requestId: '' }) };
}
