/** How languages say that their own heap is full, without a kill by the kernel. */
import type { LogCase } from '../../case.ts';

const LONGEST = 2000;
const LAST_LINES = 80;

interface Language {
  readonly name: string;
  /** What limits its heap, to be raised together with the container's limit. */
  readonly setting: string;
  says(line: string): boolean;
}

const LANGUAGES: readonly Language[] = [
  {
    name: 'Java',
    setting: '-Xmx or -XX:MaxRAMPercentage',
    // Threads that cannot be made are a limit on processes, in spite of the error's name; CUDA means the memory of a GPU.
    // Flags of the JVM name it, too: -XX:+ExitOnOutOfMemoryError.
    says: (line) =>
      /(?<![A-Za-z])OutOfMemoryError(?![A-Za-z=])/.test(line) &&
      !line.includes('native thread') &&
      !line.toLowerCase().includes('cuda'),
  },
  {
    name: 'Node.js',
    setting: '--max-old-space-size',
    says: (line) => line.includes('JavaScript heap out of memory') || line.includes('Reached heap limit'),
  },
  {
    name: 'Go',
    setting: 'the memory limit',
    says: (line) => line.includes('runtime: out of memory') || line.includes('fatal error: out of memory'),
  },
  {
    name: 'Python',
    setting: 'the memory limit',
    says: (line) => /^(?:[\w.]{0,80}\.)?_?(?:Array)?MemoryError(?::|$)/.test(line.trim()),
  },
  {
    name: '.NET',
    setting: 'DOTNET_GCHeapHardLimit',
    says: (line) => line.includes('System.OutOfMemoryException'),
  },
  {
    name: 'PHP',
    setting: 'memory_limit',
    says: (line) => line.includes('Allowed memory size of') && line.includes('exhausted'),
  },
  { name: 'Ruby', setting: 'the memory limit', says: (line) => line.includes('(NoMemoryError)') },
  {
    name: 'Rust',
    setting: 'the memory limit',
    says: (line) => /memory allocation of \d{1,20} bytes failed/.test(line),
  },
  { name: 'C++', setting: 'the memory limit', says: (line) => line.includes('std::bad_alloc') },
];

export interface FullHeap {
  readonly log: LogCase;
  readonly line: string;
  readonly language: string;
  readonly setting: string;
}

export function fullHeap(logs: readonly LogCase[]): FullHeap | undefined {
  for (const log of logs) {
    for (const line of log.lines.slice(-LAST_LINES)) {
      const short = line.slice(0, LONGEST);
      const language = LANGUAGES.find((each) => each.says(short));
      if (language !== undefined) return { log, line: short, language: language.name, setting: language.setting };
    }
  }
  return undefined;
}
