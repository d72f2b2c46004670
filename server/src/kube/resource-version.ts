/** Order of resourceVersions of one resource: by length, then as text; said only of the numeric ones that etcd gives. */

const NUMERIC = /^[1-9][0-9]*$/;

/** True only when both are known kinds of versions and `version` came before `other`. */
export function isOlder(version: string, other: string): boolean {
  if (!NUMERIC.test(version) || !NUMERIC.test(other)) return false;
  return version.length === other.length ? version < other : version.length < other.length;
}
