/** What the answers of a workflow mean. */
import type { GuardedResponse } from '../../../kit/guarded-fetch.ts';
import type { DeliveryOutcome } from '../../../model/delivery.ts';
import { httpOutcome } from '../http-outcome.ts';
import { jsonFields } from '../send-json.ts';

/** Nothing changes by waiting: a person has to mend it. */
const MENDS: Readonly<Record<string, string>> = {
  AuthorizationFailed: 'the address is not complete or not valid any more: copy webhookUrl from the workflow again',
  DirectApiAuthorizationRequired: 'the workflow lets only people of the organisation in: let anyone trigger it',
  DirectApiInvalidAuthorizationScheme: 'the workflow lets only people of the organisation in: let anyone trigger it',
  InvalidSignature: 'the address is not complete or not valid any more: copy webhookUrl from the workflow again',
  WorkflowNotFound: 'the workflow is gone: make a new one and give its address as webhookUrl',
  WorkflowTriggerIsNotEnabled: 'the workflow is switched off: switch it on again',
};

/** 202 says that the workflow began, not that the card was posted: that stands in the workflow's history only. */
export function teamsOutcome(answer: GuardedResponse, now: number): DeliveryOutcome {
  const plain = httpOutcome(answer, now);
  if (plain.kind === 'delivered') return limited(answer, plain);
  const { error } = jsonFields(answer);
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const mend = typeof code === 'string' && Object.hasOwn(MENDS, code) ? MENDS[code] : undefined;
  if (mend === undefined) return plain;
  return { kind: 'failed', error: `Teams: ${String(code)}: ${mend}`, statusCode: plain.statusCode };
}

/** The older connectors answer 200 with an error of Teams in words. */
function limited(answer: GuardedResponse, plain: DeliveryOutcome): DeliveryOutcome {
  const status = answer.kind === 'response' ? /HTTP error (\d{3})/.exec(answer.body.slice(0, 4096))?.[1] : undefined;
  if (status === undefined) return plain;
  return { kind: 'retry', error: `Teams: HTTP error ${status} behind the webhook`, statusCode: plain.statusCode };
}
