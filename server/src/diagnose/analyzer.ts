/** What an analyzer is: a pure reading of a case that knows the mechanism behind one kind of cause. */
import type { CauseCode, Finding } from '../model/diagnosis.ts';
import type { Case } from './case.ts';

export interface Analyzer {
  /** Kebab-case, the name of its folder. */
  readonly name: string;
  /** The causes that it may find. */
  readonly causes: readonly CauseCode[];
  /** Its findings, none where the evidence does not support one. A healthy thing is no finding. Never throws for odd evidence. */
  analyze(the: Case): readonly Finding[];
}
