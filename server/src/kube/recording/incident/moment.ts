/** One change of an object over the playing. */
import type { ObjectRef } from '../../../model/object-ref.ts';
import type { RawObject } from '../recorded-line.ts';

/** An object as it is from a moment on, or, where it is gone, as it was last. */
export interface Moment {
  readonly at: number;
  readonly ref: ObjectRef;
  readonly object: RawObject;
  readonly gone: boolean;
}
