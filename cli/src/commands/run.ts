/** `tattle serve`, `tattle demo` and `tattle replay`: what needs the server package. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { LoadEngine, RunOptions } from '../engine.ts';
import { CommandFailure, EXIT, usageFailure } from '../failure.ts';
import { type Manual, withManual } from '../manual.ts';
import { safeJson } from '../printable.ts';
import { reportText } from '../replay-report.ts';
import type { Output, Surroundings } from '../surroundings.ts';
import { listed } from './flags.ts';

export interface RunFlags {
  readonly config?: string;
  readonly dataDir?: string;
  readonly store?: string;
  readonly host?: string;
  readonly port?: string;
  readonly namespaces?: readonly string[];
  readonly kubeconfig?: string;
  readonly context?: readonly string[];
  readonly simulate?: string | true;
  readonly speed?: string;
  readonly recording?: string;
  readonly logLevel?: string;
  readonly json?: boolean;
}

const SERVE: Manual = {
  summary: 'watch clusters and answer over HTTP',
  about: [
    'Watches the cluster that it runs in, else the current context of the kubeconfig, else, where there is neither, a simulated cluster. Prints the link to its pages and runs until it is stopped.',
    'Everything can be set in a file (--config) and by TATTLE_* variables, too; flags win over variables, and those over the file. No namespace is monitored until some are chosen, here or later over the API.',
  ],
  examples: [
    ['tattle serve --namespaces shop,web', 'the current context, these namespaces'],
    ['tattle serve --namespaces all --context prod --context staging', 'two clusters in one'],
    ['tattle serve --simulate --port 0', 'no cluster at all, on any free port'],
  ],
  exits: ['failed'],
};

const DEMO: Manual = {
  summary: 'the same over a simulated cluster in which things break',
  about: [
    'Serves a simulated cluster, replayed from recorded traffic, in which workloads break in the ways that real ones do. It needs no cluster, and touches none.',
    'Of an exported incident, that incident happens again, once, and all namespaces are monitored unless --namespaces says otherwise: what it was about, as its evidence holds it, its events and its logs.',
  ],
  examples: [
    ['tattle demo', 'as it was recorded'],
    ['tattle demo cart-api.html --data-dir /tmp/cart-api', 'an exported incident, in a store of its own'],
    ['tattle demo --speed 4 --port 0', 'four times faster, on any free port'],
  ],
  exits: ['failed'],
};

const REPLAY: Manual = {
  summary: 'read recorded traffic into a store, and report what became of it',
  about: [
    'Reads a recording through the whole pipeline as fast as it can, on the recording’s own clock, into a store, and reports what became of it. Nobody is told of anything. A second replay of the same recording stores nothing.',
  ],
  examples: [
    ['tattle replay examples/states --namespaces all', 'into the store of .tattle'],
    ['tattle replay examples/states --namespaces all --data-dir /tmp/states --json', 'into one of its own'],
    ['tattle replay cart-api.html --namespaces all --data-dir /tmp/cart-api', 'an exported incident'],
  ],
  exits: ['failed'],
};

export function runCommands(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  withRunFlags(withManual(program.command('serve'), SERVE))
    .option('--kubeconfig <files>', 'kubeconfig files, merged as kubectl does (default: $KUBECONFIG or ~/.kube/config)')
    .option('--context <names>', 'contexts of the kubeconfig, each a cluster (default: the current one)', listed)
    .option('--simulate [dir]', 'a simulated cluster from recorded traffic, instead of a real one')
    .action(async (flags: RunFlags) =>
      (await loadEngine()).serve(runOptions(flags, surroundings, surroundings.stdout)),
    );

  withRunFlags(withManual(program.command('demo'), DEMO))
    .argument('[file]', 'an exported incident, HTML or JSON, or a folder of recorded traffic, to be played once')
    .option('--recording <dir>', 'recorded traffic, played again and again (default: examples that come along)')
    .option('--speed <times>', 'times faster than it was recorded (default: 1)')
    .action(async (file: string | undefined, flags: RunFlags) => {
      const options = runOptions(flags, surroundings, surroundings.stdout);
      await (await loadEngine()).demo(file === undefined ? options : playedOnce(file, flags, options));
    });

  withManual(program.command('replay'), REPLAY)
    .argument('<recording>', 'a folder of .ndjson files, as recorded, or the file of an exported incident')
    .option('-c, --config <file>', 'a configuration file (default: $TATTLE_CONFIG)')
    .option('--data-dir <dir>', 'into the embedded store of this directory (default: $TATTLE_DATA_DIR or .tattle)')
    .option('--store <url>', 'into this PostgreSQL (default: $TATTLE_STORE_URL)')
    .option('--namespaces <names>', 'monitor these, or all (default: those that are chosen in the store)', listed)
    .option('--json', 'the report as JSON')
    .action(async (directory: string, flags: RunFlags) => {
      const engine = await loadEngine();
      const report = await engine.replay({
        ...runOptions(flags, surroundings, surroundings.stderr),
        directory: resolve(directory),
      });
      await surroundings.stdout.write(flags.json === true ? `${safeJson(report)}\n` : reportText(report));
      if (surroundings.signal.aborted) throw new CommandFailure(EXIT.interrupted, '');
    });
}

/** What is played is to be seen: nothing of it is left out because nobody chose its namespaces. */
function playedOnce(file: string, { recording, namespaces }: RunFlags, options: RunOptions): RunOptions {
  if (recording !== undefined) {
    throw usageFailure('a file and --recording exclude one another', 'Give one of them: each is what is played.');
  }
  return {
    ...options,
    overrides: {
      ...(namespaces === undefined && { 'filter.namespaces': 'all' }),
      ...options.overrides,
      'simulate.recordings': resolve(file),
      'simulate.loop': 'false',
    },
  };
}

function withRunFlags(command: Command): Command {
  return command
    .option('-c, --config <file>', 'a configuration file (default: $TATTLE_CONFIG)')
    .option('--data-dir <dir>', 'where the embedded store lives (default: $TATTLE_DATA_DIR or .tattle)')
    .option('--store <url>', 'a PostgreSQL of your own instead (default: $TATTLE_STORE_URL)')
    .option('--host <address>', 'listen here (default: 127.0.0.1)')
    .option('--port <port>', 'and on this port; 0 takes a free one (default: 7171)')
    .option('--namespaces <names>', 'monitor these, or all (default: those that are chosen in the store)', listed)
    .option('--log-level <level>', 'debug, info, warn, error or silent (default: info)');
}

export function runOptions(flags: RunFlags, { env, signal }: Surroundings, out: Output): RunOptions {
  const config = flags.config ?? env.TATTLE_CONFIG;
  // The one variable that is the command line's own: a server knows it not.
  const { TATTLE_USER: _user, ...ofServer } = env;
  return {
    ...(config === undefined || config === '' ? {} : { config }),
    overrides: overridesOf(flags),
    env: ofServer,
    signal,
    out: out.stream,
  };
}

/** Flags by the configuration's own paths, as text: the configuration checks them like everything else. */
export function overridesOf(flags: RunFlags): Readonly<Record<string, string>> {
  const simulated = flags.simulate === undefined ? undefined : 'simulate';
  const recording = typeof flags.simulate === 'string' ? flags.simulate : flags.recording;
  const all: Readonly<Record<string, string | undefined>> = {
    dataDir: flags.dataDir,
    storeUrl: flags.store,
    'listen.host': flags.host,
    'listen.port': flags.port,
    'filter.namespaces': flags.namespaces?.join(','),
    'clusters.kubeconfig': flags.kubeconfig,
    'clusters.contexts': flags.context?.join(','),
    'clusters.source': simulated,
    'simulate.recordings': recording,
    'simulate.speed': flags.speed,
    'log.level': flags.logLevel,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
