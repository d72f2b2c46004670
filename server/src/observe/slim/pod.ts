/** Slims pods: the spec that replicas share, and of the status what tells how its containers fare. */
import { count, type Fields, fields, isFields, objects, text } from '../../kit/fields.ts';
import type { Interner } from './interner.ts';
import { pick, slimConditions } from './pick.ts';
import { slimPodSpec } from './pod-spec.ts';
import type { Slimmed } from './slimmed.ts';

const MESSAGE_LIMIT = 2048;

export function slimPod(raw: Fields, interner: Interner): Slimmed {
  const status = fields(raw['status']);
  const kept: Record<string, unknown> = pick(status, ['startTime', 'podIP']);
  for (const name of ['phase', 'reason', 'qosClass', 'nominatedNodeName'] as const) {
    const word = text(status[name], 256);
    if (word !== '') kept[name] = interner.word(word);
  }
  const message = text(status['message'], MESSAGE_LIMIT);
  if (message !== '') kept['message'] = message;
  kept['conditions'] = slimConditions(status['conditions'], interner);
  for (const list of ['initContainerStatuses', 'containerStatuses'] as const) {
    const containers = objects(status[list]);
    if (containers.length > 0) kept[list] = containers.map((container) => slimContainerStatus(container, interner));
  }
  return { spec: slimPodSpec(raw['spec'], interner), status: kept };
}

function slimContainerStatus(status: Fields, interner: Interner): Fields {
  const { started } = status;
  return {
    name: interner.word(text(status['name'], 512)),
    image: interner.word(text(status['image'], 512)),
    ready: status['ready'] === true,
    ...(typeof started === 'boolean' && { started }),
    restartCount: count(status['restartCount']),
    state: slimState(status['state'], interner),
    lastState: slimState(status['lastState'], interner),
  };
}

const NO_STATE: Fields = Object.freeze({});

/** `waiting`, `running` or `terminated`, without the container's runtime id. */
function slimState(value: unknown, interner: Interner): Fields {
  const { waiting, running, terminated } = fields(value);
  if (isFields(waiting)) return { waiting: slimReason(waiting, interner) };
  if (isFields(running)) return { running: pick(running, ['startedAt']) };
  if (!isFields(terminated)) return NO_STATE;
  return {
    terminated: {
      exitCode: typeof terminated['exitCode'] === 'number' ? terminated['exitCode'] : 0,
      ...slimReason(terminated, interner),
      ...pick(terminated, ['signal', 'startedAt', 'finishedAt']),
    },
  };
}

function slimReason(state: Fields, interner: Interner): Record<string, unknown> {
  const message = text(state['message'], MESSAGE_LIMIT);
  return { reason: interner.word(text(state['reason'], 256)), ...(message !== '' && { message }) };
}
