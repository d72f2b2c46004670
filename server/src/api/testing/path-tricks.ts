/** Ways to write a path so that a guard and a router may read it differently. */

export interface PathTrick {
  readonly name: string;
  readonly path: string;
}

const FIRST = /^\/(api\/v1|api)?/;

/** `path` begins with a slash and has no query. */
export function pathTricks(path: string): readonly PathTrick[] {
  const last = path.lastIndexOf('/');
  const [head, tail] = [path.slice(0, last), path.slice(last + 1)];
  const written: Record<string, string> = {
    'a trailing slash': `${path}/`,
    'two leading slashes': `/${path}`,
    'two slashes inside': `${head}//${tail}`,
    'an encoded slash': `${head}%2f${tail}`,
    'an encoded slash in front': `/%2f${path.slice(1)}`,
    'a backslash': `${head}\\${tail}`,
    'an encoded backslash': `${head}%5c${tail}`,
    'a dot segment': `${head}/./${tail}`,
    'a segment that goes up': `${head}/x/../${tail}`,
    'an encoded segment that goes up': `${head}/x/%2e%2e/${tail}`,
    'up and down again': path.replace(FIRST, '/api/v1/../../$1').replaceAll('//', '/'),
    'from an open path': `/healthz/..${path}`,
    'from an open path, encoded': `/healthz/%2e%2e${path}`,
    'from the documentation': `/api/v1/docs/../../..${path}`,
    'upper case': path.toUpperCase(),
    'a parameter of the segment': `${path};x`,
    'a parameter that goes up': `/healthz;/..${path}`,
    'an encoded NUL': `${path}%00`,
    'an encoded NUL and an open end': `${path}%00/healthz`,
    'an encoded line break': `${path}%0d%0ax:y`,
    'an encoded blank': `${path}%20`,
    'an encoded letter': path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    'a letter encoded twice': path.replace(/[a-z]/, (letter) => `%25${letter.charCodeAt(0).toString(16)}`),
    'an overlong encoding': `${head}%c0%af${tail}`,
    'a half encoding': `${path}%`,
    'an ending': `${path}.json`,
    'a fragment': `${path}#x`,
    'an open query': `${path}?`,
    'a query that is a path': `/healthz?${path}`,
    'a very long end': `${path}/${'x'.repeat(5000)}`,
    'a whole URL': `http://localhost${path}`,
    'the URL of another host': `http://evil.example${path}`,
    'no slash in front': path.slice(1) === '' ? 'x' : path.slice(1),
  };
  return Object.entries(written).map(([name, trick]) => ({ name, path: trick }));
}
