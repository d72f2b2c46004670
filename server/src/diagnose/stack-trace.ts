/** Stack traces as the runtimes of the usual languages print them: their frames, and which are the application's own. */

export interface Frame {
  readonly file: string;
  readonly line: number | null;
  /** Empty where the runtime does not name it. */
  readonly within: string;
  /** Code of the application, as far as its path or package tells. */
  readonly own: boolean;
}

const LIBRARY =
  /site-packages|dist-packages|node_modules|node:|internal\/|\/usr\/lib\/|\/usr\/local\/(?:lib|go)\/|\/lib\/python|\/go\/pkg\/mod\/|\/rustc\/|\.cargo\/registry|\/gems\/|\/vendor\/|<frozen|\/src\/runtime\/|\/deps\//;
const LIBRARY_PACKAGE =
  /^(?:java|javax|jakarta|jdk|sun|com\.sun|org\.(?:springframework|apache|hibernate|eclipse|postgresql|jboss|gradle|junit|reactivestreams|xnio|yaml|flywaydb|mongodb|mariadb|redisson|keycloak|slf4j)|com\.(?:zaxxer|microsoft|oracle|datastax|mysql|fasterxml|mongodb|google|netflix|typesafe)|io\.(?:netty|grpc|lettuce|micrometer|vertx|quarkus|undertow|micronaut|ktor)|kotlin|kotlinx|scala|akka|reactor|redis|System|Microsoft|Npgsql|StackExchange|MySql|MySqlConnector)\./;

interface FrameShape {
  readonly shape: RegExp;
  readonly read: (found: RegExpExecArray) => Frame | null;
}

const FRAMES: readonly FrameShape[] = [
  {
    shape: /^\s{0,20}File "?([^",]{1,500})"?, line (\d{1,7})(?:, in (.{1,200}))?/,
    read: ([, file = '', line, within = '']) => frame(file, line, within),
  },
  {
    // .NET: `at Shop.Program.Main(String[] args) in /src/Program.cs:line 12`
    shape: /^\s{0,20}at ([^(]{1,400}\([^)]{0,400}\)) in (.{1,400}):line (\d{1,7})/,
    read: ([, within = '', file = '', line]) => ({ ...frame(file, line, within), own: !LIBRARY_PACKAGE.test(within) }),
  },
  {
    // Node: `at loadConfig (/srv/config.js:41:11)`, `at /srv/config.js:41:11`, `at file:///srv/a.mjs:1:2`
    shape:
      /^\s{0,20}at (?:(?:async )?([^(]{1,200}) \()?((?:file:\/\/|node:|\/|\.|[A-Za-z]:|internal\/|webpack)[^()\s]{1,400}):(\d{1,7}):\d{1,7}\)?/,
    read: ([, within = '', file = '', line]) => frame(file.replace(/^file:\/\//, ''), line, within),
  },
  {
    // Java, Kotlin, Scala: `at com.shop.Main.main(Main.java:12)`
    shape: /^\s{0,20}at (?:[\w.@-]{1,100}\/{1,2}){0,2}([\w$.<>]{1,400})\(([\w$.-]{1,200})(?::(\d{1,7}))?\)/,
    read: ([, within = '', file = '', line]) => ({ ...frame(file, line, within), own: !LIBRARY_PACKAGE.test(within) }),
  },
  {
    // .NET without files: `   at Shop.Startup.Configure(IServiceCollection services)`
    shape: /^\s{1,20}at ([\w.`<>[\]$,+]{1,400})\([^)]{0,400}\)$/,
    read: ([, within = '']) => ({ ...frame('', undefined, within), own: !LIBRARY_PACKAGE.test(within) }),
  },
  {
    // Go and Rust: `\t/app/main.go:12 +0x1d`, `             at ./src/main.rs:10:5`
    shape: /^\s{1,20}(?:at )?((?:\.?\/)?[\w./@-]{1,400}\.(?:go|rs)):(\d{1,7})/,
    read: ([, file = '', line]) => frame(file, line, ''),
  },
  {
    // Ruby: `/app/config.rb:3:in 'load'`, with or without `from`
    shape:
      /^\s{0,20}(?:from |\d{1,3}: from )?([\w./@-]{1,400}\.(?:rb|ru)|[\w./-]{1,200}\/bin\/[\w-]{1,60}):(\d{1,7}):in [`']([^`']{1,200})['`]/,
    read: ([, file = '', line, within = '']) => frame(file, line, within),
  },
  {
    // PHP: `#0 /var/www/html/index.php(12): load()`
    shape: /^\s{0,20}#\d{1,3} ([\w./@-]{1,400})\((\d{1,7})\): (.{1,200})/,
    read: ([, file = '', line, within = '']) => frame(file, line, within),
  },
  {
    // Elixir: `    (shop 0.1.0) lib/shop/application.ex:12: Shop.Application.start/2`
    shape: /^\s{1,20}\(?([\w ./-]{0,80}\)? ?[\w./-]{1,300}\.(?:exs?|erl)):(\d{1,7}): (.{1,200})/,
    read: ([, file = '', line, within = '']) => {
      const place = file.slice(file.lastIndexOf(' ') + 1);
      return {
        ...frame(place, line, within),
        own: /^(?:lib|config)\//.test(place) && !/^\(?(?:elixir|stdlib|kernel|mix|ecto)/.test(file),
      };
    },
  },
];

const MAY_BE_FRAME =
  /^\s{0,20}(?:at |File |from |#\d|\d{1,3}: from |[\w./@(-]{1,400}(?: [\d.]{1,20}\) [\w./-]{1,300})?:\d)/;
const LONGEST_FRAME = 1000;

export function frameIn(whole: string): Frame | null {
  if (!MAY_BE_FRAME.test(whole)) return null;
  const line = whole.slice(0, LONGEST_FRAME);
  for (const { shape, read } of FRAMES) {
    const found = shape.exec(line);
    if (found !== null) return read(found);
  }
  return null;
}

function frame(file: string, line: string | undefined, within: string): Frame {
  return { file, line: line === undefined ? null : Number(line), within: within.trim(), own: !LIBRARY.test(file) };
}

/** `settings.py:88 (load)`, the way people say where something happened. */
export function placeText({ file, line, within }: Frame): string {
  const place = line === null || file === '' ? file : `${file}:${line}`;
  if (place === '') return within;
  return within === '' || within === '<module>' ? place : `${place} (${within})`;
}

/** Lines that belong to the exception above them. */
export function continues(line: string): boolean {
  return (
    /^\s/.test(line) ||
    line === '}' ||
    line === ']' ||
    line.startsWith('Caused by') ||
    line.startsWith('During handling of the above') ||
    line.startsWith('The above exception was') ||
    line.startsWith('goroutine ') ||
    line.startsWith('stack backtrace:') ||
    line.startsWith('Traceback (most recent call last)') ||
    frameIn(line) !== null
  );
}

/** The frames around a line of a trace: those below it, or, as Python prints them, those above it, the innermost first. */
export function framesAround(lines: readonly { readonly text: string }[], index: number): readonly Frame[] {
  const below = framesFrom(lines, index + 1, 1);
  const above = framesFrom(lines, index - 1, -1);
  return lines[index]?.text.startsWith('Traceback') || below.length === 0 ? above : below;
}

const MOST_FRAMES = 40;

function framesFrom(lines: readonly { readonly text: string }[], start: number, step: 1 | -1): readonly Frame[] {
  const found: Frame[] = [];
  let others = 0;
  for (let at = start; at >= 0 && at < lines.length && found.length < MOST_FRAMES && others < 15; at += step) {
    const line = lines[at]?.text ?? '';
    const here = frameIn(line);
    if (here !== null) {
      found.push(here);
      others = 0;
    } else if (line === '' || continues(line) || /^(?:[\w./*()-]{1,200}\(.{0,200}\)|Require stack:|- \/)/.test(line))
      others += 1;
    else break;
    if (line.startsWith('Traceback') || line.startsWith('Caused by')) break;
  }
  return found;
}

/** Where the application's own code was; without any, the innermost frame there is. */
export function topFrame(frames: readonly Frame[]): Frame | null {
  return frames.find(({ own }) => own) ?? frames[0] ?? null;
}
