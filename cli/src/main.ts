#!/usr/bin/env node
/** The process of `tattle`: streams, signals, exit code. */
import type { Engine, LoadEngine } from './engine.ts';
import { EXIT } from './failure.ts';
import { runProgram } from './program.ts';
import type { Output } from './surroundings.ts';

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => stopping.abort(new Error(`stopped by ${name}`)));
}
// Whoever reads has had enough (| head): that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed));
}

function output(stream: NodeJS.WriteStream): Output {
  return {
    isTerminal: stream.isTTY === true,
    stream,
    write: (text) =>
      new Promise((resolve) => {
        if (text === '' || stream.write(text)) resolve();
        else stream.once('drain', resolve);
      }),
  };
}

const loadEngine: LoadEngine = async (): Promise<Engine> => {
  const server = await import('@tattle/server');
  return {
    serve: server.serve,
    demo: server.demo,
    replay: server.replay,
    runningServer: server.runningServer,
    openHistory: server.openHistory,
  };
};

const surroundings = {
  env: process.env,
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  signal: stopping.signal,
  now: () => Date.now(),
};

// Not process.exit: what is written to a pipe must still get through.
process.exitCode = await runProgram(process.argv.slice(2), surroundings, loadEngine);
