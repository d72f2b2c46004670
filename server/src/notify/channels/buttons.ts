/** Which buttons a message has: what they do, and whose message of which incident they stand under. */
import { createHash } from 'node:crypto';
import { BUTTON_ACTS, type ButtonAct } from '../../model/button.ts';
import type { Notice } from '../../model/delivery.ts';
import type { Incident } from '../../model/incident.ts';

export interface Button {
  readonly act: ButtonAct;
  readonly label: string;
  /** What comes back when it is pressed. It names channel and incident, and says nothing about who may do what. */
  readonly value: string;
}

const LABELS: Readonly<Record<ButtonAct, string>> = {
  acknowledge: 'Acknowledge',
  silence: 'Silence 1 h',
  resolve: 'Resolve',
};

/** Of Discord, the least that a chat takes. */
const LONGEST_VALUE = 100;

/** None where the message tells of several incidents, or of none that goes on. `channel`: its name. */
export function buttonsUnder(notice: Notice, channel: string): readonly Button[] {
  if (notice.kind === 'digest' || notice.kind === 'test' || notice.kind === 'resolved') return [];
  if (notice.also.length > 0) return [];
  const { incident } = notice;
  const buttons = actsOn(incident).map((act) => ({
    act,
    label: LABELS[act],
    value: valueOf(act, channel, incident.id),
  }));
  return buttons.some(({ value }) => value.length > LONGEST_VALUE) ? [] : buttons;
}

/** What the value of a button asks for; null where it is none of this channel's. */
export function readButton(
  value: string,
  channel: string,
): { readonly act: ButtonAct; readonly incidentId: string } | null {
  const [act = '', key, ...rest] = value.split(':');
  const known = BUTTON_ACTS.find((one) => one === act);
  const incidentId = rest.join(':');
  if (value.length > LONGEST_VALUE || known === undefined || key !== keyOf(channel) || incidentId === '') return null;
  return { act: known, incidentId };
}

function actsOn({ state, mergedInto }: Incident): readonly ButtonAct[] {
  if (state === 'resolved' || mergedInto !== null) return [];
  return state === 'acknowledged' ? BUTTON_ACTS.filter((act) => act !== 'acknowledge') : BUTTON_ACTS;
}

function valueOf(act: ButtonAct, channel: string, incidentId: string): string {
  return `${act}:${keyOf(channel)}:${incidentId}`;
}

/** Names of channels are too long to stand beside an id: several channels of one app are told apart by this. */
function keyOf(channel: string): string {
  return createHash('sha256').update(channel).digest('base64url').slice(0, 12);
}
