/** Signs that a setting is missing or malformed: variables, properties, flags, and files of settings. */
import { type Frame, framesAround, thrownIn, topFrame } from '../stack-trace.ts';
import { pathIn } from './path.ts';
import { type Around, firstNamed, phrases, says, type Sign, withNext } from './sign.ts';

/** `DATABASE_URL`: what people call environment variables; two parts at least, so that `FATAL` and `ERROR` are none. */
const VARIABLE = /(?<![A-Za-z0-9_.])([A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,10})(?![A-Za-z0-9_])/;
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

const MISSING_VARIABLE: Sign = {
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

function variableIn(words: string): string {
  for (const [, name = ''] of words.matchAll(new RegExp(VARIABLE, 'g'))) if (!NO_VARIABLE.test(name)) return name;
  return '';
}

const MALFORMED_VARIABLE: Sign = {
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
const KEY: Sign = {
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

const PROPERTIES: readonly RegExp[] = [
  /placeholder '([^']{1,200})'/,
  /properties under '([^']{1,200})'/,
  /config(?:uration)? property ([\w.-]{1,200})/,
  /setting found for key '([^']{1,200})'/,
  /required configuration "([^"]{1,200})"/,
  /for configuration ([\w.-]{1,200})/,
  /required flag\(s\) ("[^"]{1,100}"(?:, "[^"]{1,100}")*)/,
  /arguments (?:are|were) (?:required|not provided): ?(.{1,200})/,
  /Missing (?:required )?(?:option|argument|parameter|flag)s?:? ['"]?(--?[\w-]{1,100}|[\w-]{1,100})/i,
  /invalid (?:value|argument) "[^"]{0,100}" for (?:flag )?"?(-{1,2}[\w-]{1,100})/,
  /'?([\w:.]{1,200})'? (?:attribute|setting|property) (?:is not specified|must not be)/,
  /Config validation error: "?([\w.]{1,200})/,
  /unknown setting \[([^\]]{1,200})\]/,
  /The ([A-Z_]{2,100}) setting/,
  /unknown (?:variable|directive|keyword) ['"]([^'"]{1,200})/i,
  /(?:unknown|unrecognized) (?:field|key|directive|option|parameter|property|keyword)s?:? ["'`]?([\w.:-]{1,200})/i,
  /field ([\w.-]{1,100}) not found in type/,
  /`([a-z_]{1,100})` for '\w{1,40}' environment/,
  /validation (?:error|failed) for '?([\w.]{1,150})/,
  /parse error on field "(\w{1,100})"/,
  /key "([^"]{1,100})"/,
  /parameter '(\w{1,100})'/i,
];

const SETTING: Sign = phrases(
  { cause: 'missing-configuration', kind: 'setting' },
  [
    ...[
      'could not resolve placeholder',
      'failed to bind properties under',
      'binding to target',
      'failed to configure a datasource',
      'config validation error',
      'optionsvalidationexception',
      'improperlyconfigured',
      'srcfg000',
    ],
    ...[
      'required flag(s)',
      'missing required option',
      'missing option',
      'missing required argument',
      'missing required flag',
      'the following arguments are required',
      'required arguments were not provided',
      'configexception',
      'unknown setting [',
    ],
    ...[
      'no configuration setting found for key',
      'connectionstring property has not been initialized',
      "parameter 'connectionstring'",
      'setting must not be empty',
      'secret_key_base',
      'database is uninitialized and',
      'no default value for property',
    ],
    ...[
      'unknown variable ',
      'invalid environment variables',
      'missing environment variables',
      'environment validation failed',
      'config validation failed',
      'configuration validation',
      'invalid config',
      'invalid configuration',
      'configuration is invalid',
    ],
    ...[
      'missing required configuration',
      'missing configuration',
      'configuration error',
      'config error',
      'bad configuration',
      'error in configuration',
      'errors in config',
      'no configuration file provided',
      'is not configured',
      'application.config',
    ],
    ...[
      'invalid duration',
      'missing unit in duration',
      'the url must start with the protocol',
      'error validating datasource',
      'could not parse connection string',
      'keyword not supported',
      'invalid connection string',
      'invalid dsn',
      'cannot parse dsn',
    ],
    ...[
      'unsupported scheme',
      'invalid uri for environment',
      'key not found in configuration',
      'section not found in configuration',
      'no database selected in config',
      'no such setting',
      'unknown configuration',
      'invalid value for config',
      'failed to inject value for parameter',
    ],
    ...[
      'bootstrap check failure',
      'config has invalid keys',
      'there is no setting with that name',
      'for environment variable',
    ],
    'missing required property',
    'missing required setting',
    'must specify one of the following schemes',
    'invalid value for --',
    "invalid value for '--",
    ['invalid value ', ' for configuration '],
    ['invalid value ', ' for flag '],
    ['invalid argument ', ' flag'],
    ['parse error on field', 'of type'],
    ['validation error', 'settings'],
    ['validation error', 'config'],
    ['no value present for', 'config'],
  ],
  PROPERTIES,
);

/** The server is there, and the database that it is asked for is not: a wrong name, or nobody created it. */
const DATABASE_NAME: Sign = phrases(
  { cause: 'missing-configuration', kind: 'setting', atMost: 0.78 },
  [['database "', '" does not exist'], 'unknown database '],
  [/database "([^"]{1,100})"/, /[Uu]nknown database '([^']{1,100})'/],
);

const FILE_SHAPE =
  /\.(?:ya?ml|json5?|toml|ini|conf|cfg|cnf|config|properties|env|xml|hcl|tfvars|crt|pem|key|p12|jks|cert|keytab|kubeconfig)\b|\/config\b|\/secrets?\/|\/etc\/|kubeconfig|Caddyfile|Corefile|\.env\b/;
const NOT_THERE = [
  'no such file or directory',
  'enoent',
  'filenotfoundexception',
  'filenotfounderror',
  'could not find file',
  'does not exist',
  'not found in "',
  'config file not found',
  'nosuchfileexception',
  'os error 2',
  '(2: no such file',
  'cannot open file',
  "can't open config file",
];

const FILE: Sign = {
  cause: 'missing-configuration',
  kind: 'missing-file',
  find(line) {
    if (!says(line, NOT_THERE)) return null;
    const path =
      firstNamed(line.text, [/Config File "[^"]{1,100}" Not Found in "\[?([^"\]]{1,200})/]) || pathIn(line.text);
    return FILE_SHAPE.test(path) && !/node_modules|site-packages|package\.json|\.sock\b/.test(path)
      ? { subject: path }
      : null;
  },
};

const SYNTAX_WORDS = [
  ...[
    'yaml: ',
    'yaml.scanner',
    'yaml.parser',
    'yamlexception',
    'snakeyaml',
    'psych::syntaxerror',
    'yaml parse',
    'error parsing yaml',
    'yaml syntax',
    'toml: ',
    'toml parse error',
    'tomldecodeerror',
    'yaml.constructor',
    'error parsing toml',
  ],
  ...[
    'fatal config file error',
    "can't open config file",
    'syntax error in configuration',
    'error parsing config',
    'error loading config',
    'failed to load config',
    'failed to parse config',
    'failed to read config',
    'error reading config',
    'unable to load config',
  ],
  ...[
    'could not load config',
    "couldn't load config",
    'cannot load config',
    'unable to read config',
    'unable to parse config',
    'failed parsing config',
    'config parse error',
    'configparseerror',
    'configparser.',
    'error initializing configuration',
    'unable to parse json as proto',
  ],
  ...[
    'unknown directive',
    'error during parsing',
    'adapting config',
    'failed to load configuration',
    'could not parse the json file',
    'failed to decode configuration',
    'error decoding config',
    'error unmarshaling config',
    'failed to unmarshal config',
    'config : parsing [',
    'parsing config',
  ],
  ...[
    'bad directive or wrong number',
    'syntax error on line',
    'dotenv',
    'unrecognized directive',
    'failed to prepare configuration',
    'conf_parse',
    'error in config',
    'failed to start: config',
    'loading config file',
    'reading config file',
    'cannot unmarshal',
    'configuration file',
  ],
  ['[emerg]', ' in /'],
  ['has unknown fields', 'envoy'],
];
const PLACES: readonly RegExp[] = [
  /in "?(\/[^\s",]{1,300}"?, line \d{1,6})/,
  /(?:of|in|parsing) \[?(\/[^\s:,\]"]{1,300}:\d{1,6})/,
  /(\/[^\s:,"]{1,300}:\d{1,6})/,
  /line (\d{1,6} of \/[^\s:]{1,300})/,
  /(?:config(?:uration)?(?:[._-]file)?|file)[=: ]{1,3}["'\[]{0,2}(\/[^\s:,"'\]]{1,300})/i,
  /(line:? \d{1,6}(?:[:,] ?column \d{1,6})?)/,
];

const SYNTAX: Sign = {
  cause: 'missing-configuration',
  kind: 'syntax',
  weight: -0.2,
  find(line, around) {
    if (!says(line, SYNTAX_WORDS) || says(line, ['host not found in upstream', 'bind() to'])) return null;
    if (line.low.includes('cannot unmarshal') && !says(line, ['config', 'yaml', 'settings'])) return null;
    return { subject: firstNamed(line.text, PLACES) || pathIn(line.text) || firstNamed(withNext(around), PLACES) };
  },
};

/** What parsers of single values throw; raised from code that reads settings, a setting is malformed. */
const VALUE_ERRORS =
  /(?:ValueError|KeyError|TypeError|NumberFormatException|FormatException|ParseException|DateTimeParseException|IllegalArgumentException|ArgumentException|ArgumentNullException|InvalidOperationException|SyntaxError|JSONDecodeError|ValidationError|ZodError|NullPointerException|NullReferenceException|NoMethodError|AttributeError|KeyNotFoundException|ArgumentError|RangeError|AssertionError|Error|panic)$/;
const SETTINGS_CODE =
  /(?:^|[/\\._-])(?:settings?|config(?:s|uration)?|conf|env|environment|environ|options|flags|appsettings)(?:$|[/\\._-])/i;
/** `AppConfig`, `MailOptions`: the last word of a name of a type. */
const SETTINGS_TYPE = /[a-z.](?:Settings|Config|Configuration|Options|Env|Environment)(?:[.$]|\b)/;
const SETTINGS_FUNCTION =
  /(?:load|read|parse|get|init|validate|from|must)_?(?:app_?)?(?:settings?|config(?:uration)?|env(?:ironment)?|options|flags)\b/i;

function settingsFrame({ lines, index }: Around): Frame | null {
  const frames = framesAround(lines, index).filter(({ own }) => own);
  const top = topFrame(frames);
  const isSettings = (frame: Frame) => {
    const file = frame.file.slice(frame.file.lastIndexOf('/') + 1);
    const folder = frame.file.split('/').at(-2) ?? '';
    return (
      SETTINGS_CODE.test(file) ||
      /^(?:settings|config|configuration|env)$/i.test(folder) ||
      SETTINGS_FUNCTION.test(frame.within) ||
      SETTINGS_TYPE.test(`${file} ${frame.within}`)
    );
  };
  return top !== null && isSettings(top) ? top : null;
}

const SETTINGS_TRACE: Sign = {
  cause: 'missing-configuration',
  kind: 'settings-code',
  find(line, around) {
    const thrown = thrownIn(line.text);
    if (thrown === null || !VALUE_ERRORS.test(thrown.type) || settingsFrame(around) === null) return null;
    return { subject: firstNamed(line.text, [VARIABLE]) };
  },
};

/** Go has no exceptions: `strconv.Atoi: parsing "1h"` behind words that speak of settings. */
const PARSED_SETTING: Sign = {
  cause: 'missing-configuration',
  kind: 'settings-code',
  find(line) {
    const parses = says(line, [
      'strconv.',
      'invalid literal for int()',
      'could not convert string to float',
      'numberformatexception',
      'invalid digit found in string',
      'parseinterror',
      'parse "',
      'invalid syntax',
      'time: invalid',
      'invalid character',
    ]);
    return parses && says(line, ['config', 'setting', 'env', 'flag', 'option', 'parameter', 'property'])
      ? { subject: variableIn(line.text) }
      : null;
  },
};

export const CONFIGURATION_SIGNS: readonly Sign[] = [
  KEY,
  MISSING_VARIABLE,
  MALFORMED_VARIABLE,
  SETTING,
  DATABASE_NAME,
  FILE,
  PARSED_SETTING,
  SETTINGS_TRACE,
];
/** Words that wrap other failures too; what they wrap is more telling. */
export const CONFIGURATION_FILE_SIGNS: readonly Sign[] = [SYNTAX];
