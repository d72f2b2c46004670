/** `tattle serve`, `tattle demo` and `tattle replay`: what needs the server package. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { LoadEngine, RunOptions } from '../engine.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { safeJson } from '../printable.ts';
import { reportText } from '../replay-report.ts';
import type { Output, Surroundings } from '../surroundings.ts';
import { listed } from './flags.ts';

interface RunFlags {
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

const SERVE_HELP = `
Without flags it watches the cluster that it runs in, else the current context of the kubeconfig, else a simulated
cluster. Everything can be set in a file (--config, TATTLE_CONFIG) and by TATTLE_* variables, too; flags win.
No namespace is monitored until some are chosen, here or later over the API.

Examples:
  tattle serve --namespaces shop,web
  tattle serve --namespaces all --context prod --context staging
  tattle serve --simulate --port 0`;

export function runCommands(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const serve = program.command('serve').description('watch clusters and answer over HTTP');
  withRunFlags(serve)
    .option('--kubeconfig <files>', 'kubeconfig files, merged as kubectl does')
    .option('--context <names>', 'contexts of the kubeconfig, each a cluster', listed)
    .option('--simulate [dir]', 'a simulated cluster from recorded traffic, instead of a real one')
    .addHelpText('after', SERVE_HELP)
    .action(async (flags: RunFlags) =>
      (await loadEngine()).serve(runOptions(flags, surroundings, surroundings.stdout)),
    );

  const demo = program.command('demo').description('the same over a simulated cluster in which things break');
  withRunFlags(demo)
    .option('--recording <dir>', 'recorded traffic (default: an example that comes along)')
    .option('--speed <times>', 'times faster than it was recorded')
    .addHelpText('after', '\nExamples:\n  tattle demo\n  tattle demo --speed 4 --port 0')
    .action(async (flags: RunFlags) => (await loadEngine()).demo(runOptions(flags, surroundings, surroundings.stdout)));

  program
    .command('replay')
    .description('read recorded traffic into a store, at once, and report what became of it')
    .argument('<dir>', 'a folder of .ndjson files, as recorded')
    .option('-c, --config <file>', 'a configuration file')
    .option('--data-dir <dir>', 'into the embedded store of this directory (default: $TATTLE_DATA_DIR or .tattle)')
    .option('--store <url>', 'into this PostgreSQL')
    .option('--namespaces <names>', 'monitor these, or all', listed)
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      '\nA second replay of the same recording stores nothing.\n\nExamples:\n  tattle replay examples/states --namespaces all --json',
    )
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

function withRunFlags(command: Command): Command {
  return command
    .option('-c, --config <file>', 'a configuration file (default: $TATTLE_CONFIG)')
    .option('--data-dir <dir>', 'where the embedded store lives (default: $TATTLE_DATA_DIR or .tattle)')
    .option('--store <url>', 'a PostgreSQL of your own instead')
    .option('--host <address>', 'listen here (default: 127.0.0.1)')
    .option('--port <port>', 'and on this port; 0 takes a free one (default: 7171)')
    .option('--namespaces <names>', 'monitor these, or all', listed)
    .option('--log-level <level>', 'debug, info, warn, error or silent');
}

function runOptions(flags: RunFlags, { env, signal }: Surroundings, out: Output): RunOptions {
  const config = flags.config ?? env.TATTLE_CONFIG;
  return {
    ...(config === undefined || config === '' ? {} : { config }),
    overrides: overridesOf(flags),
    env,
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
