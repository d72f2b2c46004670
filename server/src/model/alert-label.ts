/** The mark on alerts that Tattle itself makes: they may come back by the way on which alerts come in, and must end there. */

/**
 * The name of a label and of an annotation that both hold the incident's id. The label leads Alertmanager's routes, and proves nothing:
 * labels of pods become labels of alerts about them. Annotations come only from whoever writes a rule or tells Alertmanager.
 */
export const TATTLE_MARK = 'tattle_incident';

/** Whether Tattle, this one or another, told Alertmanager of it. */
export function isMadeByTattle(
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
): boolean {
  const mark = annotations[TATTLE_MARK] ?? '';
  return mark !== '' && mark === labels[TATTLE_MARK];
}
