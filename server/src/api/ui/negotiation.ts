/** What a request's headers say about the form in which it wants its answer. */

export type Encoding = 'br' | 'gzip';

/** The first of those that are `available` and accepted; null for the plain form, which everybody takes. */
export function encodingFor(acceptEncoding: string | undefined, available: readonly Encoding[]): Encoding | null {
  const weights = weightsOf(acceptEncoding);
  return available.find((encoding) => (weights.get(encoding) ?? weights.get('*') ?? 0) > 0) ?? null;
}

/** Browsers name HTML where a person goes somewhere; programs, and pages that load their parts, do not. */
export function wantsHtml(accept: string | undefined): boolean {
  return (weightsOf(accept).get('text/html') ?? 0) > 0;
}

/** Proxies that compress turn an ETag into a weak one: for reading, that is the same. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}

/** Each choice with its weight; what carries none weighs 1, what carries nonsense is not wanted. */
function weightsOf(header = ''): ReadonlyMap<string, number> {
  return new Map(
    header
      .toLowerCase()
      .split(',')
      .map((choice) => {
        const [name = '', ...parameters] = choice.split(';').map((part) => part.trim());
        const weight = parameters.find((parameter) => parameter.startsWith('q='));
        return [name, weight === undefined ? 1 : Number(weight.slice('q='.length))];
      }),
  );
}
