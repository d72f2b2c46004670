import { expect, it } from 'vitest';
import { chatPayload } from './chat-payload.ts';

const HOSTILE = '<!channel> <@U1> @everyone @here <@1> <@&2> [here](http://evil.example) ``` & \u202e\u0007';
const long = (words: string) => `${words} ${'😀&<'.repeat(20_000)}`;
const saying = {
  title: long(HOSTILE),
  severity: 'critical',
  lead: long(HOSTILE),
  sections: Array.from({ length: 9 }, (_, at) => ({
    name: `Section ${at}`,
    lines: [long(HOSTILE)],
    code: at % 2 === 0,
  })),
};

interface Discord {
  readonly embeds: readonly {
    title: string;
    description: string;
    color: number;
    fields: { name: string; value: string }[];
  }[];
  readonly allowed_mentions: object;
}

interface Slack {
  readonly text: string;
  readonly blocks: readonly { text: { text: string } }[];
}

it('stays within Discord’s limits and pings nobody, whatever it says', () => {
  const { embeds, allowed_mentions } = chatPayload('discord', saying) as Discord;
  const embed = embeds[0];
  if (embed === undefined) throw new Error('it has no embed');
  expect(allowed_mentions).toEqual({ parse: [] });
  expect(embed.title.length).toBeLessThanOrEqual(256);
  expect(embed.description.length).toBeLessThanOrEqual(4096);
  expect(embed.fields.every(({ value }) => value.length <= 1024)).toBe(true);
  const all = [embed.title, embed.description, ...embed.fields.flatMap(({ name, value }) => [name, value])].join('');
  expect(all.length).toBeLessThanOrEqual(6000);
  expect(all).not.toMatch(/@everyone|@here|<@[&\d]|\]\(|\u202e|\u0007/);
  expect(all.isWellFormed()).toBe(true);
});

it('stays within Slack’s limits, with nothing that Slack reads as a mention or a link', () => {
  const { text, blocks } = chatPayload('slack', saying) as Slack;
  const texts = [text, ...blocks.map((block) => block.text.text)];
  expect(texts.every((each) => each.length <= 3000 && each.isWellFormed())).toBe(true);
  expect(texts.join('')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
});

it('leaves out sections without lines, and a block without words', () => {
  const bare = { title: 'Resolved', severity: '', lead: '', sections: [{ name: 'What to do', lines: [] }] };
  expect(chatPayload('discord', bare)).toMatchObject({ embeds: [{ fields: [] }] });
  expect((chatPayload('slack', bare) as Slack).blocks).toHaveLength(1);
});
