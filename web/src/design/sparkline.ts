/** The line of a sparkline. */

/** An SVG path over the whole width, the highest value at the top, zero on the ground; values are at least 0. Empty without values. */
export function sparklinePath(values: readonly number[], width: number, height: number): string {
  const most = Math.max(1, ...values);
  const step = values.length < 2 ? 0 : width / (values.length - 1);
  const points = values.map((value, index) => `${rounded(index * step)},${rounded(height - (value / most) * height)}`);
  // One value is a level, not a dot.
  if (points.length === 1) points.push(`${width},${points[0]?.split(',')[1] ?? height}`);
  return points.length === 0 ? '' : `M${points.join('L')}`;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
