/** What runc, crun, containerd, CRI-O and dockershim say when they cannot start a container's command. */

export interface Refusal {
  readonly kind: 'not-found' | 'not-executable' | 'working-directory' | 'no-command';
  /** The program or directory, empty where the runtime does not name it. */
  readonly name: string;
  /** The part of the message that says it. */
  readonly words: string;
}

/** The image, the memory or a mount is at fault; other analyzers know these. */
const NOT_THE_COMMAND = [
  'exec format error',
  'error mounting',
  'oom-killed',
  'memory limit',
  'cgroup',
  'no space left',
  'read-only file system',
  'not a directory: unknown: are you trying to mount',
];

export function refusalIn(message: string): Refusal | null {
  const short = message.slice(0, 2000);
  const low = short.toLowerCase();
  if (NOT_THE_COMMAND.some((words) => low.includes(words))) return null;
  if (
    /no command specified|no command provided|process args (?:must not be empty|cannot be empty)|args must not be empty/.test(
      low,
    )
  )
    return { kind: 'no-command', name: '', words: short };
  const directory =
    /chdir to cwd \("([^"]{1,300})"\)/.exec(short)?.[1] ??
    /(?:workdir|working directory|mkdir|chdir) [`'"]?(\/[^`'":\s]{0,300})[`'"]?: (?:[Nn]o such|[Pp]ermission|[Nn]ot a dir)/.exec(
      short,
    )?.[1] ??
    (/Cwd must be an absolute path|chdir .{0,20}(?:no such|permission)/i.test(short) ? '' : undefined);
  if (directory !== undefined) return { kind: 'working-directory', name: directory, words: tail(short, 'chdir') };
  const name =
    /exec: \\?"([^"\\]{1,300})\\?"/.exec(short)?.[1] ??
    /executable file [`'"]([^`'"]{1,300})[`'"](?:: .{0,60}| not found)/.exec(short)?.[1] ??
    /exec(?:ve|v|uting)?(?: container process)?(?: \(missing dynamic library\?\))? [`'"]([^`'"]{1,300})[`'"]/.exec(
      short,
    )?.[1] ??
    /exec (\/\S{1,300}?):? (?:no such file|permission denied)/i.exec(short)?.[1] ??
    /open executable:|find [`'"]([^`'"]{1,300})[`'"]/.exec(short)?.[1];
  if (name === undefined && !/exec|executable/.test(low)) return null;
  const words = tail(short, 'exec: ', 'executable file', 'exec ');
  if (
    /not found in \$path|no such file or directory|executable file .{1,300} not found|executable file not found/.test(
      low,
    )
  )
    return { kind: 'not-found', name: name ?? '', words };
  if (/permission denied|is a directory/.test(low)) return { kind: 'not-executable', name: name ?? '', words };
  return null;
}

/** Runtimes wrap the words that matter in the names of all their layers. */
function tail(message: string, ...marks: readonly string[]): string {
  for (const mark of marks) {
    const at = message.indexOf(mark);
    if (at >= 0) return message.slice(at);
  }
  return message;
}
