/** Layouts of kubernetes-event-exporter (JSON with Go templates in it) as one template of Tattle's (Liquid). */

/** What Go's templates call the parts of an event, and what Tattle's do. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['.Message', 'event.message'],
  ['.Reason', 'event.reason'],
  ['.Type', 'event.type'],
  ['.Count', 'event.count'],
  ['.UID', 'event.uid'],
  ['.Namespace', 'event.object.namespace'],
  ['.InvolvedObject.Kind', 'event.object.kind'],
  ['.InvolvedObject.Namespace', 'event.object.namespace'],
  ['.InvolvedObject.Name', 'event.object.name'],
  ['.InvolvedObject.UID', 'event.object.uid'],
  ['.Source.Component', 'event.source'],
  ['.Source.Host', 'event.node'],
  ['.ClusterName', 'cluster.name'],
  ['.FirstTimestamp', 'event.first_seen'],
  ['.LastTimestamp', 'event.last_seen'],
  ['.GetTimestampISO8601', 'event.last_seen'],
]);

const EXPRESSION = /\{\{-?\s*(.*?)\s*-?\}\}/g;
/** As templates have it, with room for what is written longer in Liquid. */
const LONGEST = 30_000;

/** Null where it holds more than names of parts: functions, conditions, labels. */
export function liquidOf(layout: unknown): string | null {
  const source = JSON.stringify(layout) ?? '';
  if (source === '' || source.length > LONGEST || source.includes('{%')) return null;
  let isKnown = true;
  const liquid = source.replace(EXPRESSION, (_, expression: string) => {
    const name = NAMES.get(expression);
    if (name === undefined) isKnown = false;
    return `{{ ${name ?? ''} }}`;
  });
  return isKnown ? liquid : null;
}
