/** Tells the streams of Events from those of objects by their names: `events.k8s.io/v1/events`, `v1/events@namespace`. */

export function isEventStream(stream: string): boolean {
  return /(^|\/)events(@|$)/.test(stream);
}
