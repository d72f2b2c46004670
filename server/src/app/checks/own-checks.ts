/** What the process knows by itself: its store, what it saw, and whether anything is monitored. Pure. */
import type { ServerCheck, ServerStatus } from '../../api/ports.ts';
import type { ClusterRef } from '../../model/object-ref.ts';

export function storeCheck({ available, detail }: ServerStatus['store']): ServerCheck {
  return {
    ...whole('store', 'The store'),
    state: available ? 'ok' : 'fail',
    detail: available ? 'It takes what is written.' : detail,
    mend: available
      ? ''
      : 'What arrives waits on disk meanwhile. See the log of the server, and storeUrl where it is your own.',
  };
}

export function recordingCheck(): ServerCheck {
  return {
    ...whole('recording', 'A recording, no cluster'),
    state: 'warn',
    detail: 'What is shown was recorded on a cluster and plays as if it happened now: nothing of it is yours.',
    mend: 'To watch your own: start Tattle where a kubeconfig is (KUBECONFIG, ~/.kube/config, --context), or run it in the cluster.',
  };
}

export interface Monitored {
  readonly clusters: readonly ClusterRef[];
  /** Every one that can be seen. */
  readonly known: readonly { readonly cluster: ClusterRef; readonly namespace: string }[];
  readonly monitors: (namespace: string) => boolean;
  /** Whether settings choose any. */
  readonly isChosen: boolean;
}

export function namespaceChecks({ clusters, known, monitors, isChosen }: Monitored): readonly ServerCheck[] {
  if (!isChosen) {
    return [
      {
        ...whole('namespaces', 'Namespaces'),
        state: 'fail',
        detail: `No namespace is monitored yet${known.length === 0 ? '' : `, of ${known.length} that are visible`}: what happens in them is not kept.`,
        mend: 'Choose some in the settings (PUT /api/v1/config/namespaces), or start with TATTLE_NAMESPACES=shop,web; all takes every one.',
      },
    ];
  }
  return clusters.map((cluster) => {
    const own = known.filter((each) => each.cluster.uid === cluster.uid);
    const monitored = own.filter(({ namespace }) => monitors(namespace)).length;
    const about = { ...whole(`namespaces ${cluster.name}`, `Namespaces of ${cluster.name}`), cluster };
    if (own.length === 0) {
      const detail =
        'None can be seen: they may not be listed, or have not been yet. Those that settings name are monitored.';
      return { ...about, state: 'skipped', detail };
    }
    const detail = `${monitored} of ${own.length} that are visible are monitored.`;
    if (monitored > 0) return { ...about, state: 'ok', detail };
    return {
      ...about,
      state: 'fail',
      detail,
      mend: 'What settings choose is not there: correct it (PUT /api/v1/config/namespaces).',
    };
  });
}

export interface Seen {
  readonly tally: ServerStatus['tally'];
  /** Of the newest that is stored; null where there is none, or the store could not be asked. */
  readonly newest: number | null;
  /** How often events of the hour before the start happened, as far as they are stored. */
  readonly before: number | null;
}

/** `16,552`: for people. */
function separated(value: number): string {
  return value.toLocaleString('en');
}

/** `isWatched`: whether any event could have come. */
export function eventsCheck({ tally, newest, before }: Seen, isWatched: boolean): ServerCheck {
  const { received, stored, repeats, dropped } = tally;
  const drops = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const imported =
    before === null || before === 0
      ? ''
      : `; of the hour before the start, ${separated(before)} occurrences are stored, too`;
  const detail = `${separated(received)} seen since the start: ${separated(stored)} new, ${separated(repeats)} known, ${separated(drops)} left out${imported}.`;
  const about = { ...whole('events', 'Events'), last: newest };
  if (!isWatched) return { ...about, state: 'warn', detail, mend: 'No cluster’s events are watched yet: see above.' };
  if (received === 0) {
    return { ...about, state: 'ok', detail: `${detail} A quiet cluster has none for minutes.` };
  }
  if (stored + repeats > 0) return { ...about, state: 'ok', detail };
  const why = Object.entries(dropped)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${count}`);
  return {
    ...about,
    state: 'warn',
    detail: `${detail} All were left out: ${why.join(', ')}.`,
    mend: 'Look at the filters in the settings.',
  };
}

function whole(name: string, title: string): Omit<ServerCheck, 'state' | 'detail'> {
  return { name, title, last: null, mend: '', manifest: null, cluster: null };
}
