/**
 * How later notices of an incident meet the message that told of it first: they change it, so that it never says what is not so any
 * more, and answer it where people must notice, since nobody is notified of a change. What nobody is to be disturbed with changes it
 * and no more.
 */
import type { DeliveryOutcome, Notice } from '../../model/delivery.ts';

/** `missing`: somebody deleted the message. `unchangeable`: it is there, and may not be changed (any more). */
export type Step = DeliveryOutcome | { readonly kind: 'missing' } | { readonly kind: 'unchangeable' };

/** Where the messages of one notice go. Ids are the other end's names of messages. */
export interface MessageBoard {
  /** What its ids look like. They come back from storage and go into requests: nothing else is taken. */
  readonly id: RegExp;
  /** A message of its own; the receipt of the outcome is its id. */
  post(): Promise<Step>;
  change(id: string): Promise<Step>;
  /** A short message in answer to, or in the thread of, another one. */
  answer(id: string): Promise<Step>;
}

/** Behind the id of a message that told of several incidents: what one of them comes to does not stand for all. */
const SEVERAL = '+several';

export async function updateInPlace(
  notice: Notice,
  receipt: string | null,
  board: MessageBoard,
): Promise<DeliveryOutcome> {
  const first = firstMessage(receipt, board);
  if (isSilent(notice)) return changeOnly(first, board);
  if (first === null || notice.kind === 'digest' || notice.kind === 'test' || notice.also.length > 0) {
    return post(notice, board);
  }
  const changed: Step = first.toldSeveral ? { kind: 'unchangeable' } : await board.change(first.id);
  if (changed.kind === 'missing') return post(notice, board);
  if (changed.kind !== 'delivered' && changed.kind !== 'unchangeable') return changed;
  if (changed.kind === 'delivered' && notice.kind === 'diagnosed') return { ...changed, receipt: first.receipt };
  const answered = await board.answer(first.id);
  if (answered.kind === 'missing' || answered.kind === 'unchangeable') return post(notice, board);
  return answered.kind === 'delivered' ? { ...answered, receipt: first.receipt } : answered;
}

function isSilent(notice: Notice): boolean {
  return notice.kind === 'acknowledged' || (notice.kind !== 'digest' && notice.isChange === true);
}

/** Where there is no message that could be changed, none says what is not so: nothing is left to do. */
async function changeOnly(first: FirstMessage | null, board: MessageBoard): Promise<DeliveryOutcome> {
  if (first === null) return { kind: 'delivered', statusCode: null };
  const { id, receipt } = first;
  const changed: Step = first.toldSeveral ? { kind: 'unchangeable' } : await board.change(id);
  if (changed.kind === 'missing' || changed.kind === 'unchangeable') {
    return { kind: 'delivered', statusCode: null, receipt };
  }
  return changed.kind === 'delivered' ? { ...changed, receipt } : changed;
}

async function post(notice: Notice, board: MessageBoard): Promise<DeliveryOutcome> {
  const outcome = await board.post();
  if (outcome.kind === 'missing' || outcome.kind === 'unchangeable') {
    return { kind: 'retry', error: 'the other end spoke of a message that it was not asked about', statusCode: null };
  }
  if (outcome.kind !== 'delivered' || outcome.receipt === undefined) return outcome;
  const toldSeveral = notice.kind !== 'digest' && notice.also.length > 0;
  return toldSeveral ? { ...outcome, receipt: `${outcome.receipt}${SEVERAL}` } : outcome;
}

interface FirstMessage {
  readonly id: string;
  readonly toldSeveral: boolean;
  readonly receipt: string;
}

function firstMessage(receipt: string | null, board: MessageBoard): FirstMessage | null {
  if (receipt === null) return null;
  const toldSeveral = receipt.endsWith(SEVERAL);
  const id = toldSeveral ? receipt.slice(0, -SEVERAL.length) : receipt;
  return board.id.test(id) ? { id, toldSeveral, receipt } : null;
}
