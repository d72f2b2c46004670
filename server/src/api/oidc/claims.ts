/** Reads claims as the provider sent them: only what is there by itself counts, whatever it is called. */
import { type Fields, isFields } from '../../kit/fields.ts';

/**
 * The texts of a claim. Its name is taken as it stands first, since names such as `https://example.com/groups` have dots,
 * and then as a path. Numbers, objects and whatever else is among them are left out.
 */
export function claimTexts(claims: Fields, name: string): readonly string[] {
  const whole = own(claims, name);
  const value = whole === undefined ? name.split('.').reduce<unknown>(own, claims) : whole;
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** Some providers write the truth as a text. */
export function claimsTrue(claims: Fields, name: string): boolean {
  const value = own(claims, name);
  return value === true || value === 'true';
}

export function claimsFalse(claims: Fields, name: string): boolean {
  const value = own(claims, name);
  return value === false || value === 'false';
}

function own(value: unknown, name: string): unknown {
  return isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
