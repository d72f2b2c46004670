/** Why a probe fails, read from what it answered, from its settings and from what the container's log says. */
import type { PodContainer } from '../../container-runs.ts';
import type { ProbeKind } from './probe-events.ts';
import { type Listening, listeningOf, type LogLine, notYetOf } from './listening.ts';
import { patience, type ProbeSettings } from './probe-settings.ts';

export interface ProbeReading {
  /** Completes “its readiness probe fails: ”. */
  readonly because: string;
  readonly nextSteps: readonly string[];
  readonly line?: LogLine;
}

interface Asked {
  readonly kind: ProbeKind;
  readonly said: string;
  readonly words: string;
  readonly settings: ProbeSettings | undefined;
  readonly each: PodContainer | undefined;
}

export function readProbe(
  kind: ProbeKind,
  said: string,
  settings: ProbeSettings | undefined,
  each: PodContainer | undefined,
): ProbeReading {
  const asked: Asked = { kind, said, words: said.toLowerCase(), settings, each };
  return (
    wrongScheme(asked) ??
    badStatus(asked) ??
    unknownPort(asked) ??
    grpc(asked) ??
    timedOut(asked) ??
    refused(asked) ??
    failedCommand(asked) ??
    notReached(asked) ??
    plain(asked)
  );
}

function wrongScheme({ kind, words }: Asked): ProbeReading | undefined {
  if (
    words.includes('server gave http response to https client') ||
    words.includes('does not look like a tls handshake')
  )
    return {
      because: 'it asks by HTTPS, and the container answers in plain HTTP',
      nextSteps: [`Set scheme: HTTP in the ${kind} probe, or serve TLS on this port`],
    };
  // The answer to plain HTTP on a TLS port: an alert, which is no HTTP, or an error page.
  if (words.includes('malformed http response'))
    return {
      because: 'it asks by plain HTTP, and the container answers in another protocol, such as TLS or HTTP/2',
      nextSteps: [`Set scheme: HTTPS in the ${kind} probe, or ask another port`],
    };
  return undefined;
}

function badStatus({ kind, words, settings, each }: Asked): ProbeReading | undefined {
  const status = /statuscode: (\d{3})/.exec(words)?.[1];
  if (status === undefined) return undefined;
  const where = settings?.path ?? 'the path that it asks';
  const line = each && notYetOf(each.container);
  if (status === '404')
    return {
      because: `the container has nothing at ${where} (status code 404)`,
      nextSteps: [`Correct httpGet.path of the ${kind} probe, or serve ${where}`],
      ...(line && { line }),
    };
  if (status === '401' || status === '403')
    return {
      because: `${where} wants credentials, which a probe does not have (status code ${status})`,
      nextSteps: [`Serve a health path without authentication, or ask for it with a header of the ${kind} probe`],
    };
  if (status === '400' && settings?.scheme === 'HTTP')
    return {
      because: `the container refuses the request for ${where} (status code 400), as TLS ports do with plain HTTP and servers do with an unknown host name`,
      nextSteps: [`Set scheme: HTTPS or the Host header of the ${kind} probe`],
    };
  const whose = status.startsWith('5') ? 'says that it is not healthy' : 'refuses it';
  return {
    because: `the container answers ${where}, but ${whose} (status code ${status})`,
    nextSteps: ['Read its log for why: a dependency of it that is away, or a start that is not over'],
    ...(line && { line }),
  };
}

function unknownPort({ kind, said, words }: Asked): ProbeReading | undefined {
  if (
    !words.includes('strconv.atoi') &&
    !words.includes('invalid port number') &&
    !words.includes("couldn't find port")
  )
    return undefined;
  const name = /parsing "([^"]{0,64})"/.exec(said)?.[1];
  return {
    because: `no port of the container has the name ${name ?? 'that it asks for'}`,
    nextSteps: [`Name the port in ports[].name of the container, or write its number in the ${kind} probe`],
  };
}

function grpc({ words }: Asked): ProbeReading | undefined {
  if (words.includes('not_serving'))
    return {
      because: 'its gRPC health service answers NOT_SERVING',
      nextSteps: ['Read its log for why it does not serve'],
    };
  if (words.includes('does not implement the grpc health protocol'))
    return {
      because: 'its gRPC server does not implement the health protocol (grpc.health.v1.Health)',
      nextSteps: ['Register the gRPC health service, or use a TCP probe'],
    };
  if (words.includes('service unhealthy') || words.includes('health rpc failed'))
    return { because: 'its gRPC health service does not say that it is healthy', nextSteps: ['Read its log for why'] };
  return undefined;
}

function timedOut({ kind, words, settings, each }: Asked): ProbeReading | undefined {
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

function refused(asked: Asked): ProbeReading | undefined {
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

function failedCommand({ kind, said, words, settings }: Asked): ProbeReading | undefined {
  if (words.includes('executable file not found') || (words.includes('exec failed') && words.includes('no such file')))
    return {
      because: 'its command does not exist in the image',
      nextSteps: [`Correct exec.command of the ${kind} probe, or use an httpGet or tcpSocket probe`],
    };
  if (settings?.isCommand !== true) return undefined;
  const output = said.split('\n', 1)[0]?.trim().slice(0, 200) ?? '';
  return {
    because: `${settings.asks} fails${output === '' ? ', without a word' : `: ${output}`}`,
    nextSteps: [`Run the command of the ${kind} probe in the container by hand, and look at its exit code`],
  };
}

function notReached({ words }: Asked): ProbeReading | undefined {
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

function plain({ said, settings }: Asked): ProbeReading {
  const words = said.split('\n', 1)[0]?.trim().slice(0, 200) ?? '';
  const answer = words === '' ? 'it does not say why' : words;
  return {
    because: settings === undefined ? answer : `${settings.asks} fails: ${answer}`,
    nextSteps: ['Ask what the probe asks by hand, from inside the pod', 'Read the container’s log'],
  };
}
