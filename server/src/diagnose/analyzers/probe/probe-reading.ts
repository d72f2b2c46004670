/** Why a probe fails, read from what it answered, from its settings and from what the container's log says. */
import type { PodContainer } from '../../container-runs.ts';
import type { ProbeKind } from './probe-events.ts';
import { badStatus, failedCommand, grpc, plain, unknownPort, wrongScheme } from './answer-reading.ts';
import { notReached, refused, timedOut } from './connection-reading.ts';
import type { Asked, ProbeReading } from './probe-question.ts';
import type { ProbeSettings } from './probe-settings.ts';

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
