/** The process around a command line: streams, signals, exit code. */
import type { Engine, LoadEngine } from './engine.ts';
import { EXIT } from './failure.ts';
import { runProgram } from './program.ts';
import type { Output } from './surroundings.ts';

/** Sets the exit code of this process. `name` is how people call the program. */
export async function runInProcess(args: readonly string[], name: string): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
  }
  let hasReader = true;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exit(EXIT.failed);
      // Whoever reads has had enough (| head). Not the end at once: what a command has started must not stay behind.
      hasReader = false;
      stopping.abort(new Error('nobody reads on'));
    });
  }
  const surroundings = {
    env: process.env,
    stdout: output(process.stdout, stopping.signal),
    stderr: output(process.stderr, stopping.signal),
    signal: stopping.signal,
    now: () => Date.now(),
  };
  const code = await runProgram(args, surroundings, loadEngine, name);
  // Not process.exit: what is written to a pipe must still get through.
  process.exitCode = hasReader ? code : EXIT.ok;
}

function output(stream: NodeJS.WriteStream, signal: AbortSignal): Output {
  return {
    isTerminal: stream.isTTY === true,
    stream,
    write: (text) =>
      new Promise((resolve, reject) => {
        if (text === '') return resolve();
        stream.write(text, (error) => {
          if (error === undefined || error === null) resolve();
          else reject(signal.aborted ? (signal.reason as Error) : error);
        });
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
    lookAtClusters: server.lookAtClusters,
    lookAtRecording: server.lookAtRecording,
    diagnoseClusters: server.diagnoseClusters,
    diagnoseRecording: server.diagnoseRecording,
    examine: server.examine,
    importConfiguration: server.importConfiguration,
  };
};
