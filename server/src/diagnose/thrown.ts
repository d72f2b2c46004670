/** Exceptions, panics and crashes as the runtimes of the usual languages print them. */

export interface Thrown {
  readonly language: string;
  readonly type: string;
  readonly message: string;
  /** The runtime says that nobody caught it. */
  readonly uncaught: boolean;
}

const SHAPES: readonly {
  readonly language: string;
  readonly shape: RegExp;
  readonly uncaught?: boolean;
  readonly type?: string;
}[] = [
  { language: 'Go', shape: /^()panic: (.{0,1000})/, uncaught: true, type: 'panic' },
  {
    language: 'Go',
    shape:
      /^()fatal error: (all goroutines are asleep.{0,40}|concurrent map .{0,60}|stack overflow|unexpected signal.{0,60})/,
    uncaught: true,
    type: 'fatal error',
  },
  { language: 'Rust', shape: /^()(thread '[^']{1,100}'.{0,20} panicked at .{0,1000})/, uncaught: true, type: 'panic' },
  { language: 'Java', shape: /^Exception in thread "[^"]{1,200}" ([\w.$]{1,200})(?:: (.{0,1000}))?/, uncaught: true },
  { language: 'Java', shape: /^\s{0,10}Caused by: ([\w.$]{1,200})(?:: (.{0,1000}))?/ },
  { language: '.NET', shape: /^Unhandled exception\.? ([\w.`]{1,200})(?:: (.{0,1000}))?/i, uncaught: true },
  { language: '.NET', shape: /^\s{0,10}---> ([\w.`]{1,200})(?:: (.{0,1000}))?/ },
  {
    language: 'PHP',
    shape: /(?:PHP )?Fatal error: {1,3}(?:Uncaught ([\w\\]{1,200}): ?)?(.{0,1000})/,
    uncaught: true,
    type: 'fatal error',
  },
  { language: 'PHP', shape: /^(?:PHP )?Parse error: {1,3}()(.{1,1000})/, uncaught: true, type: 'ParseError' },
  {
    language: 'Elixir',
    shape: /\*\* \(([A-Z][\w.]{0,100}|exit|EXIT[^)]{0,40}|stop|Mix)\) (.{0,1000})/,
    uncaught: true,
  },
  {
    language: 'Erlang',
    shape:
      /^()((?:Runtime terminating during boot|\{"init terminating|Kernel pid terminated|\{"Kernel pid terminated).{0,1000})/,
    uncaught: true,
    type: 'crash',
  },
  { language: 'C++', shape: /terminate called after throwing an instance of '([^']{1,200})'()/, uncaught: true },
  {
    language: 'C++',
    shape:
      /^()(terminate called without an active exception|free\(\): .{1,80}|malloc\(\): .{1,80}|double free or corruption.{0,40}|corrupted .{1,60}|munmap_chunk.{1,60}|\*\*\* (?:stack smashing|buffer overflow) detected.{0,60})/,
    uncaught: true,
    type: 'abort',
  },
  {
    language: 'C',
    shape:
      /^()(.{0,200}[Aa]ssertion [`'"].{1,400}['"] failed\.?|.{0,120}(?:Segmentation fault|\bSIGSEGV\b|\bSIGABRT\b|Aborted \(core dumped\)|Illegal instruction|Bus error).{0,200})/,
    uncaught: true,
    type: 'signal',
  },
  {
    language: 'Java',
    shape: /^()# (A fatal error has been detected by the Java Runtime Environment.{0,40})/,
    uncaught: true,
    type: 'JVM crash',
  },
  { language: 'Ruby', shape: /:in [`'][^`']{1,200}['`]: .{0,1000}? \(([A-Z][\w:]{1,100})\)$/, uncaught: true },
  { language: 'Perl', shape: /^()(.{1,500} at \S{1,300}\.(?:pl|pm|t) line \d{1,7}\.?)$/, uncaught: true, type: 'die' },
  { language: 'Node', shape: /UnhandledPromiseRejection(?:Warning)?: ([A-Z]\w{0,60}): (.{0,1000})/, uncaught: true },
  {
    language: 'Java',
    shape:
      /^(?:.{0,300}[\s:])?((?:[a-z][\w$]{0,60}\.){2,10}[A-Z][\w$]{0,100}(?:Exception|Error|Failure|Throwable))(?:: (.{0,1000}))?$/,
  },
  {
    // Python names some of its exceptions without a word of the kind: `psycopg2.errors.UndefinedTable: …`
    language: 'Python',
    shape: /^((?:[a-z_]\w{0,60}\.){1,6}[A-Z]\w{1,80}): (.{1,1000})$/,
  },
  {
    language: 'Python or JavaScript',
    shape:
      /^(?:Uncaught |\[?error\]? |.{0,100}Unhandled (?:Rejection|rejection|error)[^:]{0,40}: )?((?:[\w]{1,60}\.){0,6}[A-Z]\w{0,80}(?:Error|Exception|Exit))(?: \[[A-Z_]{1,60}\])?(?:: (.{0,1000}))?$/,
  },
];

/** Every shape holds one of these; most lines hold none, and long ones are cheap to refuse. */
const MAY_BE_THROWN =
  /panic|fatal error|Fatal error|Parse error|Exception|exception|Error|Failure|Throwable|Caused by|Exit|--->|\*\*|erminat|free\(|malloc\(|corrupt|munmap|ssertion|Segmentation|SIG[SA]|Abort|Illegal|Bus error| line \d|Unhandled|:in [`']|^[a-z_][\w.]{1,300}\.[A-Z]\w{1,80}: /;

export function thrownIn(line: string): Thrown | null {
  if (!MAY_BE_THROWN.test(line)) return null;
  for (const { language, shape, uncaught = false, type = '' } of SHAPES) {
    const found = shape.exec(line);
    if (found !== null) return { language, type: found[1] || type, message: (found[2] ?? '').trim(), uncaught };
  }
  const plain = /^(?:Uncaught )?Error: (.{1,1000})$/.exec(line);
  return plain === null
    ? null
    : { language: 'JavaScript', type: 'Error', message: plain[1] ?? '', uncaught: line.startsWith('Uncaught') };
}
