import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { channelContract, trustedContext } from '../../testing/channel-contract.ts';
import { answers, type Received } from '../../testing/faulty-endpoint.ts';
import { keepsItsFixtures } from '../../testing/fixtures.ts';
import { hostileNotices } from '../../testing/hostile-notices.ts';
import { aDiagnosis, aNotice } from '../../testing/notices.ts';
import { escapeCardMarkdown } from './card.ts';
import { teamsSettings } from './settings.ts';
import { teams } from './teams.ts';

const SECRET = 'S1gn4tureOfTheWorkflow';
const run = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string().min(1),
  weight: z.literal('Bolder').optional(),
  size: z.enum(['Small', 'Medium']).optional(),
  isSubtle: z.literal(true).optional(),
  fontType: z.literal('Monospace').optional(),
});
const text = z.strictObject({ type: z.literal('RichTextBlock'), inlines: z.tuple([run]) });
const userText = z.strictObject({ type: z.literal('TextBlock'), text: z.string().min(1), wrap: z.literal(true) });
const title = z.strictObject({
  type: z.literal('Container'),
  style: z.enum(['good', 'warning', 'attention', 'accent']),
  bleed: z.literal(true),
  items: z.tuple([text]),
});
/** Elements and properties of Adaptive Cards 1.4; nothing else is sent. */
const message = z.strictObject({
  type: z.literal('message'),
  summary: z.string().min(1).max(256),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      contentUrl: z.null(),
      content: z.strictObject({
        $schema: z.url(),
        type: z.literal('AdaptiveCard'),
        version: z.literal('1.4'),
        msteams: z.strictObject({ width: z.literal('Full') }),
        fallbackText: z.string().min(1).max(256),
        body: z.tuple([title], z.union([text, userText])),
        actions: z
          .tuple([
            z.strictObject({
              type: z.literal('Action.OpenUrl'),
              title: z.literal('Open in Tattle'),
              url: z.string().regex(/^https:\/\/tattle\.example\/incidents\//),
            }),
          ])
          .optional(),
      }),
    }),
  ]),
});
const bodyOf = (body: string) => message.parse(JSON.parse(body)).attachments[0].content.body;

const through = (url: string, more: object = {}) => ({ type: 'teams', name: 'ops', webhookUrl: url, ...more });
const channel = teams.create(through('http://127.0.0.1:9/'), trustedContext());

function assertHarmless({ body }: Received): void {
  expect(Buffer.byteLength(body)).toBeLessThan(28_000);
  // Text runs know no Markdown, so that text which is in nothing else is harmless.
  for (const element of bodyOf(body)) expect(element.type).not.toBe('TextBlock');
}

channelContract('teams', {
  type: teams,
  settings: (url) => through(url, { timeoutSeconds: 1 }),
  secret: SECRET,
  accept: answers.status(202),
  assertHarmless,
  answers: [
    ...(
      [
        [401, 'DirectApiAuthorizationRequired', /let anyone trigger/],
        [401, 'AuthorizationFailed', /copy webhookUrl/],
        [404, 'WorkflowNotFound', /make a new one/],
        [400, 'WorkflowTriggerIsNotEnabled', /switch it on/],
      ] as const
    ).map(([status, code, mend]) => ({
      name: `${code} for something to mend`,
      answer: answers.json({ error: { code, message: SECRET } }, status),
      means: { kind: 'failed', statusCode: status, error: expect.stringMatching(mend) },
    })),
    {
      name: 'an error of Teams within an answer of 200 for a reason to try again',
      answer: (response) =>
        response.end('Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429'),
      means: { kind: 'retry', statusCode: 200 },
    },
  ],
});

keepsItsFixtures('teams', channel, new URL('./fixtures/', import.meta.url));

describe('a card in Teams', () => {
  it('begins with what broke and why, beside a colour', () => {
    const [head, why] = bodyOf(channel.preview(aNotice({ diagnosis: aDiagnosis() })).body);
    expect(head).toMatchObject({
      style: 'attention',
      items: [{ inlines: [{ text: '🔴 Broken: CrashLoopBackOff of Deployment shop/cart' }] }],
    });
    expect(why).toMatchObject({ inlines: [{ text: 'The variable REDIS_URL is missing.' }] });
  });

  it('is a small one where the whole would be refused', () => {
    const [notice = aNotice()] = hostileNotices('漢'.repeat(9000));
    const wordy = teams.create(through('http://127.0.0.1:9/', { text: '{{ incident.title }}' }), trustedContext());
    const { body } = wordy.preview(notice);
    expect(Buffer.byteLength(body)).toBeLessThan(28_000);
    expect(JSON.stringify(bodyOf(body).at(-1))).toContain('too long for Teams');
  });

  it("has the markup of the user's template, and none of its values", () => {
    const own = teams.create(
      through('http://127.0.0.1:9/', { text: '**{{ incident.severity }}** {{ incident.title }}' }),
      trustedContext(),
    );
    const [notice = aNotice()] = hostileNotices('[a](https://b) <at>all</at>');
    expect(bodyOf(own.preview(notice).body)).toContainEqual({
      type: 'TextBlock',
      text: '**high** \\[a\\]\\(https://b\\) \\<at\\>all\\</at\\>',
      wrap: true,
    });
  });

  it.each([
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['__x__', '\\_\\_x\\_\\_'],
    ['cart-7d9c5', 'cart-7d9c5'],
  ])('shows %s as it is', (plain, escaped) => {
    expect(escapeCardMarkdown(plain)).toBe(escaped);
  });
});

describe("teams' settings", () => {
  it('take the address of a workflow, and nothing else', () => {
    const url = 'https://prod-1.westeurope.logic.azure.com:443/workflows/x/triggers/manual/paths/invoke?sig=y';
    expect(teamsSettings.safeParse(through(url)).success).toBe(true);
    expect(teamsSettings.safeParse(through('teams.example')).success).toBe(false);
    expect(teamsSettings.safeParse(through(url, { channel: 'General' })).success).toBe(false);
  });
});
