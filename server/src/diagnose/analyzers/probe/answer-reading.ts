/** Probes that got an answer which is not the one they want: a status, another protocol, the words of a command. */
import { notYetOf } from './listening.ts';
import type { Asked, ProbeReading } from './probe-question.ts';

export function wrongScheme({ kind, words }: Asked): ProbeReading | undefined {
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

export function badStatus({ kind, words, settings, each }: Asked): ProbeReading | undefined {
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

export function unknownPort({ kind, said, words }: Asked): ProbeReading | undefined {
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

export function grpc({ words }: Asked): ProbeReading | undefined {
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

export function failedCommand({ kind, said, words, settings }: Asked): ProbeReading | undefined {
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

export function plain({ said, settings }: Asked): ProbeReading {
  const words = said.split('\n', 1)[0]?.trim().slice(0, 200) ?? '';
  const answer = words === '' ? 'it does not say why' : words;
  return {
    because: settings === undefined ? answer : `${settings.asks} fails: ${answer}`,
    nextSteps: ['Ask what the probe asks by hand, from inside the pod', 'Read the container’s log'],
  };
}
