/** `tattle doctor`: looks at everything that Tattle needs, and says how to mend what is wrong. */
import type { Command } from 'commander';
import { checksText, checkText, summaryText } from '../checks-text.ts';
import { serverUrl } from '../connection.ts';
import type { Check, DoctorOptions, Engine, LoadEngine } from '../engine.ts';
import { CommandFailure, EXIT, usageFailure } from '../failure.ts';
import { structured, type TextForm } from '../forms.ts';
import { widthOf } from '../incident-lines.ts';
import { type Manual, withManual } from '../manual.ts';
import { Progress } from '../progress.ts';
import type { Surroundings } from '../surroundings.ts';
import { stretchOf } from '../time-flags.ts';
import { listed, repeated } from './flags.ts';
import { withForm } from './incident-acts.ts';
import { runOptions } from './run.ts';

interface Flags {
  readonly config?: string;
  readonly dataDir?: string;
  readonly store?: string;
  readonly server?: string;
  readonly kubeconfig?: string;
  readonly context?: readonly string[];
  readonly alert?: string | true;
  readonly namespace?: string;
  readonly label?: readonly string[];
  readonly wait?: string;
  readonly output: TextForm;
}

const MANUAL: Manual = {
  summary: 'check everything that Tattle needs, and say how to mend it',
  about: [
    'Checks this Node, the configuration, the data directory, the store (its version, schema and speed), each cluster (reachable, its clock, what this user may list and watch), the server that runs, and the channels (their hosts are found and take connections; nothing is sent). What fails comes with how to mend it, such as the missing Role ready to apply.',
    'It changes nothing, prints no secret, and may run beside a server: then the server is asked about its store.',
    'With --alert, it follows a test alert on the way of a real one instead: fired at Alertmanager, matched by a route, received by Tattle, made an incident, and over again. At the first step that fails, it says what to mend. The alert says of itself that it is a test; whoever else its routes lead to is told of it, and so are the channels of Tattle.',
  ],
  examples: [
    ['tattle doctor', 'as tattle serve would start here'],
    ['tattle doctor -c tattle.yaml --context prod', 'another configuration, another cluster'],
    ['tattle doctor --server https://tattle.example.org', 'a server elsewhere'],
    ['tattle doctor --alert http://alertmanager:9093', 'do alerts become incidents?'],
    [
      'tattle doctor --alert -n shop --label team=shop --wait 6m',
      'by the configured Alertmanager, and the routes of a team',
    ],
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
  command
    .option('--alert [url]', 'follow a test alert from this Alertmanager (default: that of a configured channel)')
    .option('-n, --namespace <name>', 'of the alert: what it is about (default: a monitored one)')
    .option('--label <key=value>', 'of the alert: a label that a route wants (repeated: several)', repeated)
    .option('--wait <time>', 'of the alert: for each step so long at the most (default: 2m)');
  withForm(command).action(async (flags: Flags) => {
    const options = { ...doctorOptions(flags, surroundings), ...alertOptions(flags) };
    const engine = await loadEngine();
    const { stdout } = surroundings;
    const { output } = flags;
    if (options.alert !== undefined && output === 'text') {
      const checks = await examinedAloud(options, engine, surroundings);
      return endedWith(checks);
    }
    const checks = await engine.examine(options);
    await stdout.write(output === 'text' ? checksText(checks, widthOf(stdout)) : structured(checks, output));
    endedWith(checks);
  });
}

function endedWith(checks: readonly Check[]): void {
  if (checks.some(({ state }) => state === 'fail')) throw new CommandFailure(EXIT.failed, '');
}

/** Each step as soon as it is known: the next one may take minutes. */
async function examinedAloud(
  options: DoctorOptions,
  { examine }: Pick<Engine, 'examine'>,
  surroundings: Surroundings,
): Promise<readonly Check[]> {
  const { stdout } = surroundings;
  const progress = new Progress(surroundings, true);
  const onCheck = async (check: Check) => {
    await progress.end();
    await stdout.write(checkText(check, widthOf(stdout)));
  };
  const onWait = (what: string) => progress.say(`waiting for ${what} …`);
  try {
    const checks = await examine({ ...options, onCheck, onWait });
    await stdout.write(summaryText(checks));
    return checks;
  } finally {
    await progress.end();
  }
}

/** Throws `CommandFailure` for flags that make no sense. */
function alertOptions({ alert, namespace, label = [], wait }: Flags): Pick<DoctorOptions, 'alert'> {
  if (alert === undefined) {
    if (namespace === undefined && label.length === 0 && wait === undefined) return {};
    throw usageFailure('--namespace, --label and --wait are of a test alert', 'Add --alert.');
  }
  return {
    alert: {
      ...(alert === true ? {} : { url: httpUrl(alert) }),
      ...(namespace === undefined ? {} : { namespace }),
      labels: Object.fromEntries(label.map(labelOf)),
      waitMs: stretchOf('--wait', wait ?? '2m'),
    },
  };
}

function httpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol) && url.username + url.password === '')
    return text;
  const mend =
    'Write for example --alert http://127.0.0.1:9093; its credentials come from a channel of type alertmanager.';
  throw usageFailure('--alert is no http(s) URL without credentials', mend);
}

function labelOf(text: string): readonly [string, string] {
  const [, name, value] = /^([a-zA-Z_][a-zA-Z0-9_]*)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw usageFailure(`--label "${text}" is no label`, 'Write --label team=shop.');
  return [name, value];
}

function doctorOptions(flags: Flags, surroundings: Surroundings): DoctorOptions {
  const { server, alert: _alert, namespace: _namespace, label: _label, wait: _wait, ...run } = flags;
  const { out: _out, ...options } = runOptions(run, surroundings, surroundings.stdout);
  // Named clusters are meant, also in a pod and where the configuration says otherwise.
  const isNamed = flags.context !== undefined || flags.kubeconfig !== undefined;
  const overrides = { ...options.overrides, ...(isNamed ? { 'clusters.source': 'kubeconfig' } : {}) };
  if (server === undefined) return { ...options, overrides };
  // Here it is the token for that server, and not what a server of this machine would take.
  const { TATTLE_TOKEN: token, ...env } = options.env;
  return { ...options, env, overrides, server: { url: serverUrl(server).href, token } };
}
