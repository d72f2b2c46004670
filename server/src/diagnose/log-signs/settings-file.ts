/** Signs that a file of settings is not there, or cannot be read as what it should be. */
import { pathIn } from './path.ts';
import { firstNamed, says, type Sign, withNext } from './sign.ts';

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

export const FILE: Sign = {
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

export const SYNTAX: Sign = {
  cause: 'missing-configuration',
  kind: 'syntax',
  weight: -0.2,
  find(line, around) {
    if (!says(line, SYNTAX_WORDS) || says(line, ['host not found in upstream', 'bind() to'])) return null;
    if (line.low.includes('cannot unmarshal') && !says(line, ['config', 'yaml', 'settings'])) return null;
    return { subject: firstNamed(line.text, PLACES) || pathIn(line.text) || firstNamed(withNext(around), PLACES) };
  },
};
