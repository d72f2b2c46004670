/** The redacted observation and the template of its message, remembered for messages that come again. */
import type { Redactor } from '../kit/redaction.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Observation } from '../model/observation.ts';
import { messageTemplate } from './message-template.ts';
import { RecentCache } from './recent-cache.ts';

interface ReadMessage {
  readonly objectName: string;
  readonly ownerName: string;
  readonly text: string;
  readonly template: string;
}

/** At most 2 × 2,048 messages of at most 1 kB are remembered: some 8 MB with their templates. */
const REMEMBERED = 2048;
const LONGEST_REMEMBERED = 1024;

export type Reading = (
  observation: Observation,
  rootOwner: ObjectRef,
) => { readonly redacted: Observation; readonly template: string };

export function createReading(redactor: Redactor): Reading {
  const messages = new RecentCache<ReadMessage>(REMEMBERED);
  /** Labels and annotations of object state are those of the cached object, the same map every time. */
  const maps = new WeakMap<Readonly<Record<string, string>>, Readonly<Record<string, string>>>();

  const readMessage = (message: string, objectName: string, ownerName: string): ReadMessage => {
    const known = messages.get(message);
    // The names are part of the template: the same words about another object are another template.
    if (known !== undefined && known.objectName === objectName && known.ownerName === ownerName) return known;
    const text = redactor.text(message);
    const read = { objectName, ownerName, text, template: messageTemplate(text, objectName, ownerName) };
    // Names of nodes change what is masked: then nothing may be remembered.
    if (message.length <= LONGEST_REMEMBERED && !redactor.masksNodes) messages.set(message, read);
    return read;
  };

  const redactMap = (map: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
    if (redactor.masksNodes) return redactor.labels(map);
    let redacted = maps.get(map);
    if (redacted === undefined) {
      redacted = redactor.labels(map);
      maps.set(map, redacted);
    }
    return redacted;
  };

  return (observation, rootOwner) => {
    const { text, template } = readMessage(observation.message, observation.object.name, rootOwner.name);
    const labels = isEmpty(observation.labels) ? observation.labels : redactMap(observation.labels);
    const annotations = isEmpty(observation.annotations) ? observation.annotations : redactMap(observation.annotations);
    const host = redactor.masksNodes ? redactor.text(observation.host) : observation.host;
    const same =
      text === observation.message &&
      labels === observation.labels &&
      annotations === observation.annotations &&
      host === observation.host;
    return { redacted: same ? observation : { ...observation, message: text, labels, annotations, host }, template };
  };
}

function isEmpty(map: Readonly<Record<string, string>>): boolean {
  for (const _ in map) return false;
  return true;
}
