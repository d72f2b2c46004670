/** What a kind's slimmer answers: Kubernetes' own field names, fewer of them. */
import type { Fields } from '../../kit/fields.ts';
import type { Interner } from './interner.ts';

export interface Slimmed {
  readonly spec: Fields;
  readonly status: Fields;
}

export type Slimmer = (raw: Fields, interner: Interner) => Slimmed;
