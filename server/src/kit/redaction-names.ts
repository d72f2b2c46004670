/** Which names (of variables, flags, headers, properties) promise a secret, and which values can be one. */

/**
 * How much a name promises: after `password` nearly anything is one, after `secret` (tokens, keys) anything but short
 * numbers, durations and paths, after `hint` (auth, signature, session) only what looks random.
 */
export type Promised = 'password' | 'secret' | 'hint';

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** A name that ends in one of these speaks about a secret, it does not hold it: TOKEN_TTL, secretName, password-file. */
const ABOUT = words(
  'ttl timeout expiry expires expiration expire exp lifetime duration interval period age length len size count limit max min ' +
    'retries attempts enabled disabled required type kind name names file files path paths dir url uri endpoint host port issuer ' +
    'audience algorithm alg format policy version id ids ref refs prefix provider store mode strategy rotation hint field header ' +
    'param usage class template mount volume review reviews request requests controller manager error errors status seconds ms ' +
    'millis minutes hours days bytes namespace selector method methods scheme realm server service account',
);
const PASSWORDS = words('password passwords passwd pass pwd passphrase passcode pw');
const SECRETS = words(
  'secret token apikey credential authorization cookie jwt dsn privatekey secretkey accesskey authkey bearer htpasswd ' +
    'dockerconfigjson dockercfg',
);
const HINTS = words(
  'secrets tokens credentials creds auth sig signature sessionid jsessionid phpsessid sid connectionstring',
);
const ENDINGS: readonly (readonly [string, Promised])[] = [
  ['password', 'password'],
  ['passwd', 'password'],
  ['passphrase', 'password'],
  ['requirepass', 'password'],
  ['masterauth', 'password'],
  ['token', 'secret'],
  ['secret', 'secret'],
  ['apikey', 'secret'],
  ['secretkey', 'secret'],
  ['privatekey', 'secret'],
  ['accesskey', 'secret'],
];
/** What stands before `key` where the key is a secret: API_KEY, not partitionKey. */
const KEY_KINDS = words(
  'api access secret private account signing sign encryption encrypt decryption master shared auth license ssh deploy storage ' +
    'session jwt hmac client rsa aes tls ssl webhook app consumer subscription instrumentation ingestion admin service cipher ' +
    'crypto ca server',
);

/** What `name` promises, null for nothing. Names beyond 128 characters promise nothing. */
export function promisedBy(name: string): Promised | null {
  if (name.length > 128) return null;
  const parts = splitWords(name);
  const last = parts[parts.length - 1];
  if (last === undefined || (ABOUT.has(last) && !endsInSecretId(parts))) return null;
  let best: Promised | null = null;
  for (let i = 0; i < parts.length; i++) {
    const promised = promisedByWord(parts[i] ?? '', parts[i - 1]);
    if (promised === 'password') return promised;
    if (promised === 'secret' || best === null) best = promised ?? best;
  }
  return best;
}

/** Vault's secret_id is a secret despite its ending. */
function endsInSecretId(parts: readonly string[]): boolean {
  return parts[parts.length - 1] === 'id' && parts[parts.length - 2] === 'secret';
}

function promisedByWord(word: string, before: string | undefined): Promised | null {
  if (PASSWORDS.has(word)) return 'password';
  if (SECRETS.has(word)) return 'secret';
  if (word === 'key' && before !== undefined && KEY_KINDS.has(before)) return 'secret';
  if (HINTS.has(word) || (word === 'id' && before === 'session')) return 'hint';
  for (const [ending, promised] of ENDINGS) if (word.endsWith(ending)) return promised;
  return null;
}

/** `dbPassword2`, `DB_PASSWORD`, `db.password` and `db-password` are the words db, password. */
function splitWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((part) => part !== '');
}

const NOTHING =
  /^(?:|true|false|yes|no|on|off|null|nil|none|undefined|<nil>|<none>|<unset>|unset|required|missing|invalid|expired|optional|[*]+|x{3,}|X{3,}|%[a-z]|<[a-z_ -]{1,40}>|\$[A-Z_][A-Z0-9_]*|\$[({].*|\{\{.*)$/;
const NUMBER_OR_DURATION =
  /^[+-]?(?:\d{1,5}(?:\.\d{1,5})?|(?:\d{1,9}(?:\.\d{1,9})?(?:ns|us|µs|ms|s|m|h|d|w|y)){1,7}|\d{1,6}(?:\.\d{1,3})?(?:[kKMGTP]i?B?|%))$/;
const ABSOLUTE_PATH = /^\/[A-Za-z0-9._-]{1,64}(?:\/[A-Za-z0-9._-]{1,64}){1,20}$/;

/** Whether `value` may be the secret that its name promised. Only its first 256 characters count. */
export function mayBeSecret(promised: Promised, value: string): boolean {
  const start = value.length > 256 ? value.slice(0, 256) : value;
  // A mask inside: this text was redacted before, and then already decided upon.
  if (NOTHING.test(start) || start.includes('[redacted:')) return false;
  // People do choose 123456 as a password: there, only what is too short for one stays readable.
  if (promised === 'password') return !NUMBER_OR_DURATION.test(start) || /^\d{4,5}$/.test(start);
  if (NUMBER_OR_DURATION.test(start)) return false;
  if (promised === 'hint') return looksRandom(start) || isBasicCredential(value);
  return !ABSOLUTE_PATH.test(start);
}

/** Long enough, and letters mixed with digits, both cases or symbols: no word of a sentence. */
export function looksRandom(value: string): boolean {
  if (value.length < 8) return false;
  const letters = /[A-Za-z]/.test(value);
  if (letters && /\d/.test(value)) return true;
  if (letters && /[!@#$%^&*+~?]/.test(value)) return true;
  return value.length >= 16 && /^[A-Za-z0-9+/=_-]+$/.test(value) && /[a-z][A-Z]/.test(value) && /[A-Z]{2}/.test(value);
}

/** base64 of `user:password`, as Basic authentication and registries' `auth` have it. */
export function isBasicCredential(value: string): boolean {
  if (value.length < 4 || value.length > 4096 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return false;
  return /^[\x20-\xff]*:[\x20-\xff]*$/.test(Buffer.from(value, 'base64').toString('latin1'));
}
