/** Microsoft Teams: a card through a workflow of Power Automate, which tells, and cannot change what it told. */
import type { Channel, Notice } from '../../../model/delivery.ts';
import { type ChannelContext, defineChannel } from '../channel-type.ts';
import { createSendJson } from '../send-json.ts';
import { httpTarget } from '../target.ts';
import { createWording } from '../wording.ts';
import { WORTH_A_MESSAGE } from '../worth-a-message.ts';
import { escapeCardMarkdown, teamsMessage } from './card.ts';
import { type TeamsSettings, teamsSettings } from './settings.ts';
import { teamsOutcome } from './teams-outcome.ts';

export const teams = defineChannel({
  type: 'teams',
  schema: teamsSettings,
  secrets: ['webhookUrl'],
  targets: ({ webhookUrl }) => [httpTarget(webhookUrl)],
  create: createTeams,
});

function createTeams(settings: TeamsSettings, context: ChannelContext): Channel {
  const send = createSendJson(context, settings);
  const word = createWording(settings, context.linkTo, escapeCardMarkdown);
  const bodyOf = (notice: Notice) => JSON.stringify(teamsMessage(word(notice)));
  return {
    name: settings.name,
    type: 'teams',
    // A connection is cut short after four requests in a second.
    pace: { perSecond: 2, burst: 4 },
    wants: WORTH_A_MESSAGE,
    deliver: async (notice, _attempt, signal) =>
      teamsOutcome(await send({ url: settings.webhookUrl, body: bodyOf(notice) }, signal), context.clock.now()),
    preview: (notice) => ({ contentType: 'application/json', body: bodyOf(notice) }),
  };
}
