/** What the browser brought back from the provider, turned into a signed-in person or the reason why not. */
import * as client from 'openid-client';
import type { Fields } from '../../kit/fields.ts';
import type { Principal } from '../../model/access.ts';
import { ATTEMPT_SECONDS, type Attempt, type AttemptSeal } from './attempt.ts';
import { createFinishedAttempts } from './finished-attempts.ts';
import { isUnavailable, whatFailed, withoutAnswers } from './failures.ts';
import type { Issuer } from './issuer.ts';
import type { OidcOptions, Refusal, SignedIn } from './options.ts';
import { lacksClaims, personOf } from './person.ts';
import { refusals } from './refusals.ts';

const SESSION_MS = 12 * 3_600_000;

export type Finish = (callbackUrl: string | URL, cookie: string | undefined) => Promise<SignedIn | Refusal>;

export function createFinish(options: OidcOptions, issuer: Issuer, attempts: AttemptSeal): Finish {
  const { clock, logger, sessionMs = SESSION_MS } = options;
  const finished = createFinishedAttempts(clock, ATTEMPT_SECONDS * 1000);

  return async (callbackUrl, cookie) => {
    const attempt = await attempts.open(cookie);
    if (attempt === 'unknown') return refusals.noAttempt;
    if (attempt === 'expired') return refusals.expired;
    const answer = answerAt(options.redirectUrl, callbackUrl);
    if (answer.searchParams.get('state') !== attempt.state) return refusals.wrongState;
    if (!finished.take(attempt.state)) return refusals.reused;
    const person = await identify(answer, attempt).catch((error: unknown) => {
      const refused = refusalOf(error);
      // The code may still be good: reloading the page is a fair second try.
      if (refused.status === 503) finished.release(attempt.state);
      return refused;
    });
    if ('kind' in person) return person;
    return { kind: 'signed-in', principal: person, returnTo: attempt.returnTo, expiresAt: clock.now() + sessionMs };
  };

  async function identify(answer: URL, attempt: Attempt): Promise<Principal | Refusal> {
    const configuration = await issuer.configuration.current();
    const tokens = await client.authorizationCodeGrant(configuration, answer, {
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      pkceCodeVerifier: attempt.verifier,
      idTokenExpected: true,
    });
    const said: Fields = { ...tokens.claims() };
    const more = lacksClaims(said, options) ? await userInfo(configuration, tokens.access_token, said) : {};
    // What is signed stands; the other only adds to it.
    return personOf({ ...more, ...said }, options);
  }

  /** Some providers tell groups and addresses here only. Without an answer, the ID token has to do. */
  async function userInfo(configuration: client.Configuration, token: string, { sub }: Fields): Promise<Fields> {
    if (configuration.serverMetadata().userinfo_endpoint === undefined || typeof sub !== 'string') return {};
    try {
      return await client.fetchUserInfo(configuration, token, sub);
    } catch (error) {
      logger.warn(
        { reason: whatFailed(error) },
        'the sign-in provider does not tell more than its ID token: groups may be missing',
      );
      return {};
    }
  }
}

/** Below the registered URL whatever the request's Host said: the provider compares it with that of the beginning. */
function answerAt(redirectUrl: string, callbackUrl: string | URL): URL {
  const answer = new URL(redirectUrl);
  answer.search = URL.parse(String(callbackUrl), redirectUrl)?.search ?? '';
  return answer;
}

/** Rethrows what nobody expected. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof client.AuthorizationResponseError) return ofAnswer(error.error, error.error_description);
  if (error instanceof client.ResponseBodyError) {
    if (error.error === 'invalid_grant') return refusals.codeRefused;
    return refusals.misconfigured(named(error.error, error.error_description));
  }
  if (error instanceof client.WWWAuthenticateChallengeError) {
    const { error: code, error_description: description } = error.cause[0]?.parameters ?? {};
    return refusals.misconfigured(named(code ?? 'it asks for other credentials', description));
  }
  const words = whatFailed(error);
  if (isUnavailable(error)) return refusals.unavailable(words);
  if (error instanceof client.ClientError) return refusals.brokenAnswer(words);
  throw withoutAnswers(error);
}

function ofAnswer(code: string, description: string | undefined): Refusal {
  const words = named(code, description);
  if (code === 'temporarily_unavailable' || code === 'server_error') return refusals.unavailable(words);
  return code === 'access_denied' || code.endsWith('_required')
    ? refusals.denied(words)
    : refusals.misconfigured(words);
}

/** Whoever makes a browser follow a link writes these: a little plain text of it is enough. */
function named(code: string, description = ''): string {
  const plain = (text: string, most: number) =>
    text
      .replace(/[^\p{L}\p{N} .,:;_'()/-]/gu, '')
      .slice(0, most)
      .trim();
  const words = plain(description, 200);
  return plain(code, 64) + (words === '' ? '' : ` (${words})`);
}
