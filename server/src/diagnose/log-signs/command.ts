/** Signs that the command does not fit the image: a program, script or module that is not there, or an option it does not know. */
import { firstNamed, phrases, says, type Sign } from './sign.ts';

const NOT_FOUND_SHAPES: readonly RegExp[] = [
  /^(?:[\w./-]{1,200}: ){0,2}(?:line )?\d{1,5}: (?:exec: )?([^\s:]{1,200}): (?:command )?not found$/,
  /^(?:\/?[\w./-]{0,100}sh|[\w./-]{1,150}\.sh): (?:line \d{1,5}: )?(?:exec: )?([^\s:]{1,200}): (?:command )?not found$/,
  /^(?:[\w./-]{1,200}: ){0,3}(?:line \d{1,5}: |\d{1,5}: )?(?:exec: )?([^\s:]{1,200}): (?:Permission denied|cannot execute(?:: required file not found|: No such file or directory|\: Is a directory|: required file)?|Is a directory|bad interpreter: .{1,100})$/,
  /^exec:? "?([^\s":]{1,200})"?: (?:no such file or directory|permission denied|not found|executable file not found.{0,40})$/,
  /^(?:\/usr\/bin\/)?env: (?:can't execute )?[‘'"]?([^\s:’'"]{1,200})[’'"]?: (?:No such file or directory|Permission denied)/,
  /bundler: command not found: (\S{1,100})/,
  /^(?:sh|bash|zsh|ash): (?:command not found: )?([^\s:]{1,200})(?:: command not found)$/,
  /^(?:\[FATAL )?tini[^\]]{0,20}\]? ?exec (\S{1,200}) failed: (?:No such file or directory|Permission denied)/,
  /^\[dumb-init\] ([^\s:]{1,200}): (?:No such file or directory|Permission denied)/,
  /^(?:su-exec|gosu|error: exec|error: failed switching to .{1,100}|catatonit): (?:exec: )?"?([^\s":]{1,200})"?: .{0,60}(?:not found|[Nn]o such file|[Pp]ermission denied)/,
];

const NOT_FOUND: Sign = {
  cause: 'bad-command',
  kind: 'program',
  weight: -0.2,
  find(line) {
    if (
      !says(line, [
        'not found',
        'no such file',
        'permission denied',
        'cannot execute',
        'is a directory',
        'bad interpreter',
      ])
    )
      return null;
    const name = firstNamed(line.text, NOT_FOUND_SHAPES);
    return name === '' || /^\d+$/.test(name) ? null : { subject: name };
  },
};

const ENTRY: readonly Sign[] = [
  {
    cause: 'bad-command',
    kind: 'module',
    find(line) {
      const name = firstNamed(line.text, [
        /Cannot find module '(\/[^']{1,300})'/,
        /Could not find or load main class (\S{1,300})/,
        /can't open file '?([^':]{1,300})/,
        /Unable to access jarfile (\S{1,300})/,
        /no main manifest attribute, in (\S{1,300})/,
        /Could not open input file: (\S{1,300})/,
        /No such file or directory -- (\S{1,300}) \(LoadError\)/,
        /The application '([^']{1,300})' does not exist/,
        /Missing script: "?([\w:.-]{1,100})/i,
        /Command "([\w:.-]{1,100})" not found/,
        /^\S{0,100}python[\d.]*: No module named '?([\w.]{1,200})/,
        /^\S{0,100}python[\d.]*: Error while finding module specification for '([\w.]{1,200})/,
        /Error loading ASGI app\. (.{1,200})/,
        /Failed to find attribute '([\w.]{1,100})' in/,
        /Can't open perl script "([^"]{1,300})/,
        /Module not found "([^"]{1,300})/,
        /error while loading shared libraries: ([^\s:]{1,200})/,
        /Error loading shared library ([^\s:]{1,200})/,
        /version `([^']{1,60})' not found \(required by/,
        /(production build) in the '/,
        /(Could not locate Gemfile)/,
        /Couldn't find a (package\.json)/,
        /ENOENT.{1,200}(package\.json)/,
        /Error: LoadError: cannot load such file -- (\S{1,200}config\S{0,100})/,
        /Class (\S{1,300}) does not have a main method/,
        /Main method not found in class (\S{1,300}),/,
        /Error: Unable to initialize main class (\S{1,300})/,
        /Could not import '([\w.]{1,200})'/,
        /Failed to load native .{0,80}: (\S{1,200})/,
        /The command could not be (loaded)/,
      ]);
      const isConfig = /\.(?:ya?ml|toml|ini|conf|cfg|properties|env)$/i.test(name);
      return name === '' || isConfig ? null : { subject: name };
    },
  },
  {
    cause: 'bad-command',
    kind: 'option',
    find(line) {
      const name = firstNamed(line.text, [
        /unknown (?:shorthand )?flag: '?(\S{1,100}?)'?(?: in|$)/,
        /flag provided but not defined: (\S{1,100})/,
        /unrecognized arguments?: (.{1,200})/,
        /unexpected argument '([^']{1,100})'/,
        /[Ff]ound argument '([^']{1,100})' which wasn't expected/,
        /(?:[Uu]nknown|[Uu]nrecognized|[Ii]nvalid|[Ii]llegal|[Bb]ad) (?:command[- ]line )?(?:option|argument|switch|parameter)s?(?: --|:)? ?[‘'"`]?(-{0,2}[\w.=+-]{1,100})[’'"`]?(?:$|[\s.,:;(])/,
        /[Nn]o such (?:option|command):? ['"]?([\w.=-]{1,100})/,
        /[Uu]nknown (?:sub)?command:? ["'`]?([\w:.-]{1,100})["'`]? ?(?:for|$)/,
        /Unrecognized (?:VM )?option:? '?([^\s']{1,100})/,
        /(Invalid (?:maximum|initial) heap size: \S{1,60})/,
        /unknown long flag '([^']{1,100})'/,
        /(?:node|bun|deno): bad option: (\S{1,100})/,
        /error: unrecognized (?:subcommand|command) '([^']{1,100})'/,
      ]);
      return name === '' || says(line, ['sql', 'in /etc/', 'yaml', 'config']) ? null : { subject: name };
    },
    weight: -0.3,
    atMost: 0.88,
  },
  phrases(
    { cause: 'bad-command', kind: 'option', atMost: 0.85 },
    ['could not create the java virtual machine', 'conflicting collector combinations'],
    [],
    [],
  ),
];

export const COMMAND_SIGNS: readonly Sign[] = [...ENTRY, NOT_FOUND];
