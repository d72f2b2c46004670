/** What a channel takes that tells people, and cannot change what it has said. */
import { NOTICE_KINDS, type NoticeKind } from '../../model/delivery.ts';

/** A cause that is found later, or that somebody looks at it, would be a second message. */
export const WORTH_A_MESSAGE: ReadonlySet<NoticeKind> = new Set(
  NOTICE_KINDS.filter((kind) => kind !== 'diagnosed' && kind !== 'acknowledged'),
);
