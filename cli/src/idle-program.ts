/** The program for whoever only looks at it: it is told of nothing around it, and runs nothing. */
import type { Command } from 'commander';
import { createProgram } from './program.ts';
import type { Output } from './surroundings.ts';

const SILENT: Output = { isTerminal: false, stream: process.stdout, write: async () => {} };

export function idleProgram(name = 'tattle'): Command {
  const { signal } = new AbortController();
  const surroundings = { env: {}, stdout: SILENT, stderr: SILENT, signal, now: () => 0 };
  const loadEngine = () => Promise.reject(new Error('this program runs nothing'));
  return createProgram({ surroundings, loadEngine, name }, { out: '', error: '' });
}
