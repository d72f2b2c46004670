/** Signs that an environment variable is missing or malformed, by its name. */
import { framesAround } from '../stack-trace.ts';
import { settingsFrame } from './settings-frame.ts';
import { firstNamed, says, type Sign } from './sign.ts';

/** `DATABASE_URL`: what people call environment variables; two parts at least, so that `FATAL` and `ERROR` are none. */
export const VARIABLE = /(?<![A-Za-z0-9_.])([A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,10})(?![A-Za-z0-9_])/;
const LONE_VARIABLE = /["'`$]\{?([A-Z][A-Z0-9]{1,40})\}?["'`]?/;

/** `missing PGPASSWORD`, `PORT is required`: one word is a variable only right beside the words that say it is missing. */
const SHORT_VARIABLES: readonly RegExp[] = [
  /[Mm]issing (?:required )?(?:env(?:ironment)? var(?:iable)?:? )?["'`]?([A-Z][A-Z0-9]{3,40})["'`]?$/,
  /\b(?!ERROR|FATAL|WARN|PANIC|CRITICAL)([A-Z][A-Z0-9]{2,40})["'`]? (?:is not set|is required|must be set|not set|is missing|is undefined|env(?:ironment)? var)/,
];

/** Names of errors and codes that look like variables. */
const NO_VARIABLE =
  /^(?:ERR|E|MODULE|SSL|TLS|CERT|HTTP|ERROR|FATAL|P|UNABLE|DEPTH|SELF|WRONG|CERTIFICATE|ACCESS_DENIED|CLASS|LD|NODE_MODULE)_/;

const MISSING_WORDS = [
  ...[
    'not set',
    "isn't set",
    'not defined',
    'undefined',
    'is required',
    'are required',
    'must be set',
    'must be provided',
    'must be defined',
    'must be specified',
    'missing',
    'unset',
    'is empty',
    'must not be empty',
    'cannot be empty',
  ],
  ...[
    "can't be empty",
    'not provided',
    'not specified',
    'not found',
    'required',
    'not configured',
    'must not be blank',
    'no value',
    'not present',
    'is null',
    'is not there',
    'should not be empty',
    'please set',
    'please provide',
    'you must set',
    'need to set',
  ],
];
const MALFORMED_WORDS = [
  ...[
    'invalid',
    'malformed',
    'must be a',
    'must be one of',
    'must start with',
    'should be',
    'cannot parse',
    'could not parse',
    'failed to parse',
    "can't parse",
    'unable to parse',
    'not a valid',
    'is not a number',
    'not an integer',
    'expected',
  ],
  ...['unsupported value', 'bad value', 'out of range', 'parse error', 'parsing'],
];

export const MISSING_VARIABLE: Sign = {
  cause: 'missing-configuration',
  kind: 'missing-variable',
  find(line) {
    if (!says(line, MISSING_WORDS)) return null;
    const name = variableIn(line.text) || firstNamed(line.text, SHORT_VARIABLES);
    const speaksOfVariables = says(line, [
      'environment variable',
      'env var',
      'environment key',
      'missing environment',
      'required key',
      'environ',
    ]);
    if (name !== '') return { subject: name };
    if (!speaksOfVariables) return null;
    const other = firstNamed(line.text, [
      /(?:variables?|var|key):? ["'`]?([A-Za-z_][\w.]{1,100})["'`]?/i,
      /["'`]([A-Za-z_][\w.]{1,100})["'`]/,
    ]);
    return { subject: /^(?:is|are|not|missing|required|must|was|error)$/i.test(other) ? '' : other };
  },
};

export function variableIn(words: string): string {
  for (const [, name = ''] of words.matchAll(new RegExp(VARIABLE, 'g'))) if (!NO_VARIABLE.test(name)) return name;
  return '';
}

export const MALFORMED_VARIABLE: Sign = {
  cause: 'missing-configuration',
  kind: 'malformed-variable',
  weight: -0.2,
  find(line) {
    const name = variableIn(line.text);
    return name !== '' && says(line, MALFORMED_WORDS) && !says(line, ['certificate', 'token expired'])
      ? { subject: name }
      : null;
  },
};

/** `KeyError: 'DATABASE_URL'`, `key not found: "DATABASE_URL"`, `env.PORT`. */
export const KEY: Sign = {
  cause: 'missing-configuration',
  kind: 'missing-variable',
  find(line, around) {
    if (
      !says(line, [
        'keyerror',
        'key not found',
        'environment variable not found',
        'notpresent',
        'varerror',
        'could not fetch environment variable',
        'nosuchelementexception: key not found',
      ])
    )
      return null;
    const name = variableIn(line.text);
    if (name !== '') return { subject: name };
    const lone = firstNamed(line.text, [LONE_VARIABLE]);
    if (says(line, ['environment variable', 'notpresent', 'varerror'])) return { subject: lone };
    const inEnvironment = framesAround(around.lines, around.index).some(({ file, within }) =>
      /<frozen os>|\bos\.py\b|environ/.test(`${file} ${within}`),
    );
    return lone !== '' && (inEnvironment || settingsFrame(around) !== null) ? { subject: lone } : null;
  },
};
