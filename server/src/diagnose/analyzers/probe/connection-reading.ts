/** Probes that got no answer: nothing listens, nobody is reached, or it takes too long. */
import type { PodContainer } from '../../container-runs.ts';
import { type Listening, listeningOf, notYetOf } from './listening.ts';
import type { Asked, ProbeReading } from './probe-question.ts';
import { patience } from './probe-settings.ts';

export function timedOut({ kind, words, settings, each }: Asked): ProbeReading | undefined {
  const isTimeout =
    words.includes('client.timeout') ||
    words.includes('deadline exceeded') ||
    words.includes('deadlineexceeded') ||
    words.includes('i/o timeout') ||
    words.includes('timed out') ||
    words.includes('did not complete within') ||
    words.includes('request canceled');
  if (!isTimeout) return undefined;
  const within = settings === undefined ? 'its timeout' : `timeoutSeconds ${settings.timeout} s`;
  const line = each && notYetOf(each.container);
  return {
    because: `${settings?.isCommand === true ? 'its command does not end' : 'the container does not answer'} within ${within}`,
    nextSteps: [
      `Raise timeoutSeconds of the ${kind} probe if the answer is only slow`,
      'Check the container’s CPU limit and load: a throttled or blocked process answers late',
    ],
    ...(line && { line }),
  };
}

export function refused(asked: Asked): ProbeReading | undefined {
  const { kind, words, settings, each } = asked;
  if (!words.includes('connection refused') && !words.includes('connect: connection reset')) return undefined;
  const port = settings?.port ?? portIn(words);
  const elsewhere = each && listensElsewhere(each, port);
  if (elsewhere?.isLoopback === true && elsewhere.port === port)
    return {
      because: `nothing answers on port ${port} at the pod’s address: the log says that it listens on the loopback address only`,
      nextSteps: [`Listen on 0.0.0.0 instead of localhost in container ${each?.container.name ?? ''}`],
      line: elsewhere,
    };
  if (elsewhere !== undefined)
    return {
      because: `nothing listens on port ${port ?? '(unknown)'}: the log says that it listens on port ${elsewhere.port}`,
      nextSteps: [
        `Set the port of the ${kind} probe to ${elsewhere.port}, or let the container listen on ${port ?? 'its port'}`,
      ],
      line: elsewhere,
    };
  return notListening(asked, port);
}

function listensElsewhere({ container }: PodContainer, port: number | undefined): Listening | undefined {
  const all = listeningOf(container);
  if (all.some((each) => each.port === port && !each.isLoopback)) return undefined;
  return all.find((each) => each.port === port) ?? all.at(-1);
}

function notListening({ kind, settings, each }: Asked, port: number | undefined): ProbeReading {
  const line = each && notYetOf(each.container);
  const slow = line === undefined ? 'nothing listens' : 'the log says that its start is not over, and nothing listens';
  const bears =
    settings === undefined || kind === 'readiness'
      ? ''
      : `; after a start it bears with that for ${patience(settings)}`;
  return {
    because: `${slow} on port ${port ?? '(unknown)'} (connection refused)${bears}`,
    nextSteps:
      kind === 'readiness'
        ? [
            `Check that the container listens on port ${port ?? 'of the probe'}, on all addresses`,
            'Read its log for what it waits for',
          ]
        : [
            kind === 'startup'
              ? 'Raise failureThreshold of the startup probe to what the start takes'
              : 'Add a startup probe that bears with the start, or raise initialDelaySeconds',
            `Check that the container listens on port ${port ?? 'of the probe'} once it has started`,
          ],
    ...(line && { line }),
  };
}

function portIn(words: string): number | undefined {
  const port = Number(/dial tcp [^ ]{1,64}:(\d{1,5}):/.exec(words)?.[1]);
  return port > 0 ? port : undefined;
}

export function notReached({ words }: Asked): ProbeReading | undefined {
  if (words.includes('no route to host') || words.includes('network is unreachable'))
    return {
      because: 'the kubelet does not reach the pod’s address (no route)',
      nextSteps: ['Check the pod network of the node, and network policies that shut the kubelet out'],
    };
  if (words.includes('no such host'))
    return { because: 'the host that it asks has no address', nextSteps: ['Leave out host in the probe'] };
  if (words.includes('eof') || words.includes('connection reset'))
    return {
      because: 'the container accepts the connection and closes it without an answer',
      nextSteps: ['Check that the port speaks the protocol that the probe asks in', 'Read its log for errors'],
    };
  return undefined;
}
