/** From what the provider says of somebody to who that is here, and what they may. */
import type { Fields } from '../../kit/fields.ts';
import type { Grant, Principal, Scope } from '../../model/access.ts';
import { claimsFalse, claimsTrue, claimTexts } from './claims.ts';
import type { GrantRule, OidcOptions, Refusal } from './options.ts';
import { refusals } from './refusals.ts';

export type PersonRules = Pick<OidcOptions, 'issuer' | 'nameClaim' | 'grants'>;

const LONGEST_NAME = 200;
/** The standard's bound on sub. */
const LONGEST_SUBJECT = 255;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Claims must have been verified. A person whom no rule matches is refused. */
export function personOf(claims: Fields, rules: PersonRules): Principal | Refusal {
  const subject = Object.hasOwn(claims, 'sub') && typeof claims.sub === 'string' ? claims.sub : '';
  // Refused instead of mended: two subjects that differ must never become one.
  if (subject === '' || subject.length > LONGEST_SUBJECT || subject.search(UNSEEN) !== -1) return refusals.noSubject;
  const name = nameOf(claims, rules.nameClaim) || subject;
  const grants = rules.grants.filter((rule) => matches(claims, rule)).map(grantOf);
  if (grants.length === 0) return refusals.noGrant(name, [...new Set(rules.grants.map(({ claim }) => claim))]);
  return { id: principalId(subject, rules.issuer), name, grants };
}

/** Whether rules or name ask for something that these claims do not hold. */
export function lacksClaims(claims: Fields, { nameClaim, grants }: PersonRules): boolean {
  const asked = [...grants.map(({ claim }) => claim), ...(nameClaim === undefined ? [] : [nameClaim])];
  const missing = asked.some((claim) => claimTexts(claims, claim).length === 0);
  const unverified = asked.includes('email') && !Object.hasOwn(claims, 'email_verified');
  return missing || unverified || nameOf(claims, nameClaim) === '';
}

/**
 * By sub, which providers never give to somebody else; e-mail addresses and user names change hands. What stands behind
 * the last `@` is the issuer, whatever a sub holds.
 */
function principalId(subject: string, issuer: string): string {
  const { host, pathname } = new URL(issuer);
  return `oidc:${subject}@${host}${pathname.replace(/\/$/, '').replaceAll('@', '%40')}`;
}

function nameOf(claims: Fields, nameClaim: string | undefined): string {
  const email = claimsFalse(claims, 'email_verified') ? [] : claimTexts(claims, 'email');
  const candidates = [
    ...(nameClaim === undefined ? [] : claimTexts(claims, nameClaim)),
    ...email,
    ...claimTexts(claims, 'preferred_username'),
  ];
  return candidates.map(shown).find((name) => name !== '') ?? '';
}

function shown(name: string): string {
  return [...name.replace(UNSEEN, '').trim()].slice(0, LONGEST_NAME).join('');
}

/** An address that anybody may type into a profile gives nothing: it must be said to be verified. */
function matches(claims: Fields, { claim, values }: GrantRule): boolean {
  if (claim === 'email' && !claimsTrue(claims, 'email_verified')) return false;
  return claimTexts(claims, claim).some((text) => values.includes(text));
}

function grantOf({ role, clusters, namespaces }: GrantRule): Grant {
  return { role, scope: scopeOf(clusters, namespaces) };
}

function scopeOf(clusters: readonly string[] | undefined, namespaces: readonly string[] | undefined): Scope {
  if (clusters === undefined && namespaces === undefined) return 'everything';
  return (clusters ?? [null]).map((cluster) => ({ cluster, namespaces: namespaces ?? null }));
}
