/** `tattle doctor`: looks at everything that Tattle needs, and says how to mend what is wrong. */
import type { Command } from 'commander';
import { checksText } from '../checks-text.ts';
import { serverUrl } from '../connection.ts';
import type { DoctorOptions, LoadEngine } from '../engine.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { structured, type TextForm } from '../forms.ts';
import { widthOf } from '../incident-lines.ts';
import { type Manual, withManual } from '../manual.ts';
import type { Surroundings } from '../surroundings.ts';
import { listed } from './flags.ts';
import { withForm } from './incident-acts.ts';
import { runOptions } from './run.ts';

interface Flags {
  readonly config?: string;
  readonly dataDir?: string;
  readonly store?: string;
  readonly server?: string;
  readonly kubeconfig?: string;
  readonly context?: readonly string[];
  readonly output: TextForm;
}

const MANUAL: Manual = {
  summary: 'check everything that Tattle needs, and say how to mend it',
  about: [
    'Checks this Node, the configuration, the data directory, the store (its version, schema and speed), each cluster (reachable, its clock, what this user may list and watch), the server that runs, and the channels (their hosts are found and take connections; nothing is sent). What fails comes with how to mend it, such as the missing Role ready to apply.',
    'It changes nothing, prints no secret, and may run beside a server: then the server is asked about its store.',
  ],
  examples: [
    ['tattle doctor', 'as tattle serve would start here'],
    ['tattle doctor -c tattle.yaml --context prod', 'another configuration, another cluster'],
    ['tattle doctor --server https://tattle.example.org', 'a server elsewhere'],
    ['tattle doctor -o json | jq \'.[] | select(.state == "fail")\'', 'for programs'],
  ],
  exits: ['failed'],
  meanings: { failed: 'something that was checked fails, or the check itself does' },
};

export function doctorCommand(program: Command, surroundings: Surroundings, loadEngine: LoadEngine): void {
  const command = withManual(program.command('doctor'), MANUAL)
    .option('-c, --config <file>', 'a configuration file (default: $TATTLE_CONFIG)')
    .option('--data-dir <dir>', 'where the embedded store lives (default: $TATTLE_DATA_DIR or .tattle)')
    .option('--store <url>', 'a PostgreSQL of your own instead (default: $TATTLE_STORE_URL)')
    .option('--context <names>', 'contexts of the kubeconfig, each a cluster (default: the current one)', listed)
    .option('--kubeconfig <files>', 'kubeconfig files (default: $KUBECONFIG or ~/.kube/config)')
    .option('--server <url>', 'a server elsewhere, instead of this machine’s; its token is read from TATTLE_TOKEN');
  withForm(command).action(async (flags: Flags) => {
    const checks = await (await loadEngine()).examine(doctorOptions(flags, surroundings));
    const { stdout } = surroundings;
    const { output } = flags;
    await stdout.write(output === 'text' ? checksText(checks, widthOf(stdout)) : structured(checks, output));
    if (checks.some(({ state }) => state === 'fail')) throw new CommandFailure(EXIT.failed, '');
  });
}

function doctorOptions(flags: Flags, surroundings: Surroundings): DoctorOptions {
  const { server, ...run } = flags;
  const { out: _out, ...options } = runOptions(run, surroundings, surroundings.stdout);
  // Named clusters are meant, also in a pod and where the configuration says otherwise.
  const isNamed = flags.context !== undefined || flags.kubeconfig !== undefined;
  const overrides = { ...options.overrides, ...(isNamed ? { 'clusters.source': 'kubeconfig' } : {}) };
  if (server === undefined) return { ...options, overrides };
  // Here it is the token for that server, and not what a server of this machine would take.
  const { TATTLE_TOKEN: token, ...env } = options.env;
  return { ...options, env, overrides, server: { url: serverUrl(server).href, token } };
}
