/** The other ends of many channels at once: each bad in a way of its own, but for three. */
import {
  type Answer,
  answers,
  type FaultyEndpoint,
  faultyEndpoint,
  type Received,
} from '../../../notify/testing/faulty-endpoint.ts';
import { type MailServerOnLoopback, mailServer } from '../../../notify/channels/email/testing/mail-server.ts';

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const BOT = '123456:AAAAAAAAAAAAAAAAAAAA';

export type BadEnds = Awaited<ReturnType<typeof badEnds>>;

/** `close` is called once for each. */
export async function badEnds(atEnd: (close: () => Promise<void>) => void) {
  const open = async (answer: Answer): Promise<FaultyEndpoint> => {
    const endpoint = await faultyEndpoint(answer);
    atEnd(() => endpoint.close());
    return endpoint;
  };
  const mail: MailServerOnLoopback = await mailServer();
  atEnd(() => mail.close());
  const good = await open(answers.status(204));
  return {
    good,
    mail,
    board: await open(slackBoard()),
    hangs: await open(answers.hang),
    floods: await open(answers.flood),
    resets: await open(answers.reset),
    fails: await open(answers.status(500)),
    moved: await open(answers.status(302, { location: good.url })),
    gone: await open(answers.status(410)),
    busy: await open(busyAtFirst(2)),
  };
}

/** As a configuration holds them. `hook` is what the bad webhooks have in common. */
export function channelsOf(ends: BadEnds): readonly object[] {
  const hook = (name: string, { url }: FaultyEndpoint, more: object = {}) => ({
    type: 'webhook',
    name,
    url,
    format: 'tattle',
    secrets: [SECRET],
    timeoutSeconds: 1,
    ...more,
  });
  return [
    hook('good', ends.good, { timeoutSeconds: 10 }),
    {
      type: 'email',
      name: 'mail',
      host: '127.0.0.1',
      port: ends.mail.port,
      security: 'none',
      from: 'tattle@hooks.test',
      to: ['ops@hooks.test'],
    },
    { type: 'slack', name: 'board', botToken: 'xoxb-1', channel: 'C0123456789', baseUrl: `${ends.board.url}api` },
    hook('hangs', ends.hangs),
    hook('floods', ends.floods),
    hook('resets', ends.resets),
    hook('fails', ends.fails),
    { type: 'discord', name: 'moved', webhookUrl: `${ends.moved.url}api/webhooks/123456789012345678/token` },
    { type: 'ntfy', name: 'gone', url: ends.gone.url, topic: 'tattle' },
    { type: 'telegram', name: 'busy', botToken: BOT, chatId: -100123, baseUrl: `http://127.0.0.1:${ends.busy.port}` },
  ];
}

const fieldsOf = ({ body }: Received) => JSON.parse(body) as Record<string, unknown>;

function slackBoard(): Answer {
  let posted = 0;
  return (response, received) => {
    const { channel, ts } = fieldsOf(received);
    posted += 1;
    answers.json({ ok: true, channel, ts: ts ?? `1700000000.${String(posted).padStart(6, '0')}` })(response, received);
  };
}

/** Telegram, that asks to be left alone for two seconds so many times. */
function busyAtFirst(times: number): Answer {
  let asked = 0;
  return (response, received) => {
    asked += 1;
    if (asked <= times) {
      const refusal = { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 2 } };
      return answers.json(refusal, 429, { 'retry-after': '2' })(response, received);
    }
    const result = { message_id: asked, chat: { id: -100123 }, date: 1, text: 'x' };
    return answers.json({ ok: true, result })(response, received);
  };
}
