/** The words of every refused sign-in: what happened, and what to do about it. */
import type { Refusal } from './options.ts';

const AGAIN = 'Sign in again from the start.';

export const refusals = {
  returnPath: refusal(
    400,
    'The link asks to go on to another site after signing in.',
    'Open Tattle itself, and sign in there.',
  ),
  noAttempt: refusal(
    400,
    'This browser did not begin this sign-in, or does not keep cookies.',
    'Sign in again from the start, in this browser, and allow cookies for this site.',
  ),
  expired: refusal(400, 'The sign-in took longer than 10 minutes.', AGAIN),
  wrongState: refusal(400, 'The answer belongs to another sign-in, perhaps one of another tab.', AGAIN),
  reused: refusal(400, 'This sign-in was finished before.', 'Open Tattle, or sign in again from the start.'),
  codeRefused: refusal(400, 'The provider says that this sign-in was finished before, or took too long.', AGAIN),
  brokenAnswer: (what: string) =>
    refusal(400, `The provider's answer was not accepted: ${what}.`, `${AGAIN} If it happens again, see Tattle's log.`),
  denied: (what: string) =>
    refusal(403, `The provider did not sign you in: ${what}.`, 'Sign in again, or ask whoever runs the provider.'),
  unavailable: (what: string) =>
    refusal(
      503,
      `The sign-in provider cannot be used now: ${what}.`,
      'Try again in a moment; Tattle asks it anew by itself.',
    ),
  misconfigured: (what: string) =>
    refusal(
      503,
      `The provider does not accept this Tattle: ${what}.`,
      'Compare client id, client secret and redirect URL with those registered at the provider.',
    ),
  noSubject: refusal(
    403,
    'The provider did not say who you are: the claim sub is missing or unusable.',
    'Ask whoever runs the provider.',
  ),
  noGrant: (name: string, claims: readonly string[]) =>
    refusal(
      403,
      `${name} is known to the provider, but no rule gives a role here. Rules look at: ${claims.join(', ')}.`,
      'Ask an administrator to add a rule for one of your groups. An e-mail address counts only when the provider says that it is verified.',
    ),
};

function refusal(status: Refusal['status'], reason: string, mend: string): Refusal {
  return { kind: 'refused', status, reason, mend };
}
