/** Several servers in few words: `kafka-0:9092 and 2 more`. */
export function firstOf(servers: readonly string[]): string {
  const [first = '', ...others] = servers;
  return others.length === 0 ? first : `${first} and ${String(others.length)} more`;
}
