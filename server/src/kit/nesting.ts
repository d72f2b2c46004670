/** How deep a value is nested: what is too deep cannot be walked by calls that nest, and ends the process that tries. */

/** Level by level, for the same reason. */
export function isDeeperThan(deepest: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((each): unknown[] => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}
