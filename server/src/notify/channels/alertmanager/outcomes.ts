/** What the answers of several Alertmanagers add up to: members of a cluster tell each other, so that one of them is enough. */
import type { DeliveryOutcome } from '../../../model/delivery.ts';

export interface AnswerOf {
  /** For people: `alertmanager-0:9093`. */
  readonly host: string;
  readonly outcome: DeliveryOutcome;
}

/** The most hopeful one: delivered, then what can be tried again. It says what the others answered. */
export function joinedOutcome(answers: readonly AnswerOf[]): DeliveryOutcome {
  const failures = failuresOf(answers);
  const text = failures.join('; ');
  for (const kind of ['delivered', 'retry', 'failed', 'gone'] as const) {
    const best = answers.find(({ outcome }) => outcome.kind === kind)?.outcome;
    if (best === undefined) continue;
    if (answers.length === 1 || failures.length === 0) return best;
    return best.kind === 'delivered' ? { ...best, warning: text } : { ...best, error: text };
  }
  return { kind: 'failed', error: 'it names no Alertmanager', statusCode: null };
}

/** A sentence for each that failed, without credentials. */
export function failuresOf(answers: readonly AnswerOf[]): readonly string[] {
  return answers.flatMap(({ host, outcome }) => (outcome.kind === 'delivered' ? [] : [`${host}: ${outcome.error}`]));
}
