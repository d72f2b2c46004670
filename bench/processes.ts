/** Processes that benches start and stop, and what the kernel says they cost. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

export interface Running {
  readonly pid: number;
  readonly lines: AsyncIterator<string>;
  readonly process: ChildProcess;
  /** SIGTERM, and SIGKILL after ten seconds. */
  stop(): Promise<number | null>;
}

export function run(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  nodeFlags: readonly string[] = [],
): Running {
  const child = spawn(process.execPath, [...nodeFlags, script, ...args], {
    env: { ...withoutCluster(), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const { pid, stdout } = child;
  if (pid === undefined) throw new Error(`${script} could not be started`);
  return {
    pid,
    process: child,
    lines: createInterface({ input: stdout })[Symbol.asyncIterator](),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
      await exited;
      clearTimeout(late);
      return child.exitCode;
    },
  };
}

/** What runs the bench must not decide which cluster is watched. */
function withoutCluster(): NodeJS.ProcessEnv {
  const { KUBECONFIG: _kubeconfig, KUBERNETES_SERVICE_HOST: _host, ...rest } = process.env;
  return Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('TATTLE_')));
}

export async function nextLine({ lines }: Running): Promise<string> {
  const line = await lines.next();
  if (line.done === true) throw new Error('the process ended before it said what was expected');
  return line.value;
}

/** CPU seconds, user and system, of a process so far. */
export function cpuSeconds(pid: number): number {
  const [, , , , , , , , , , , user = '0', system = '0'] = statOf(pid);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

/** Of a process with its descendants, the ended ones that were waited for included. */
export function treeCpuSeconds(pid: number): number {
  const fields = statOf(pid);
  const own = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0) / TICKS_PER_SECOND;
  return childrenOf(pid).reduce((sum, child) => sum + treeCpuSeconds(child), own);
}

export function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
}

/** The postmaster of a data directory. */
export function postmasterPid(dataDir: string): number {
  return Number(readFileSync(`${dataDir}/postgres/postmaster.pid`, 'utf8').split('\n')[0]);
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => Number(statOf(other)[1]) === pid);
}

/** Fields of /proc/PID/stat from the state on; empty for a process that is gone. */
function statOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
