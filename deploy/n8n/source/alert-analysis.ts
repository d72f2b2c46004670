/** The workflow *Alert analysis*: Tattle's signed message becomes one message in a chat, with the diagnosis and a model's reading. */
import { connect, fields, node, note, whether } from './canvas.ts';
import { codeNode } from './code-node.ts';
import { forgetOld, onlyOnce } from './once.ts';
import { askTattle, CREDENTIALS, signedIn, signedWebhook, tellChat, wholeResponse } from './parts.ts';

const entrance = signedWebhook('tattle-alert', '5f2f6a0e-6f0b-4f0c-9a53-1f7c2f5d0a11');
const once = onlyOnce('Put together', [2860, 0]);

const SETTINGS = {
  'settings.tattle_url': 'http://tattle:8080',
  'settings.settle_seconds': 10,
  'settings.model_kind': 'ollama',
  'settings.model_url': 'http://ollama:11434',
  'settings.model_name': 'qwen3:8b',
  'settings.chat_kind': 'discord',
  'settings.chat_url': 'https://discord.com/api/webhooks/ID/TOKEN',
};

/** The piece of news that an item comes from. */
const ASKED = "$('Settings').item.json";

export const alertAnalysis = {
  id: 'tattleAlertAnalysis',
  name: 'Tattle: alert analysis',
  active: false,
  settings: { executionOrder: 'v1' },
  nodes: [
    note(
      '1',
      [-20, -300],
      [1080, 160],
      '## Only what Tattle signed\nStandard Webhooks: HMAC-SHA256 over id, time and body, five minutes old at the most. The rest is answered with 401.',
    ),
    note(
      '2',
      [1300, -300],
      [420, 160],
      '## Edit *Settings*\nWhere Tattle, the model (`ollama`, `openai`, `none`) and the chat (`discord`, `slack`) are.',
    ),
    note(
      '3',
      [1760, -300],
      [1080, 160],
      '## What Tattle knows\nRead only. An unanswered question leaves its part out; Tattle’s own message is enough to go on.',
    ),
    ...entrance.nodes,
    codeNode(
      'Aggregate',
      [1100, 0],
      ['news.ts'],
      [
        'const { body, id } = $input.first().json;',
        'return readNews({ body, webhookId: id }).map((json) => ({ json }));',
      ],
    ),
    node('Accept', ['respondToWebhook', 1.5], [1320, 0], { respondWith: 'noData', options: { responseCode: 202 } }),
    fields('Settings', [1540, 0], SETTINGS),
    whether('About an incident?', [1760, 0], "$json.incidentId !== ''"),
    node('Let it settle', ['wait', 1.1], [1980, -100], {
      amount: '={{ $json.settings.settle_seconds }}',
      unit: 'seconds',
    }),
    askTattle('The incident', [2200, -100], ASKED, `/api/v1/incidents/{{ encodeURIComponent(${ASKED}.incidentId) }}`),
    askTattle('Similar incidents', [2420, -100], ASKED, '/api/v1/incidents', {
      condition: `={{ ${ASKED}.condition }}`,
      limit: '10',
    }),
    askTattle('Recent events', [2640, -100], ASKED, '/api/v1/events', {
      namespace: `={{ ${ASKED}.namespace }}`,
      from: 'now-1h',
      limit: '20',
    }),
    codeNode(
      'Put together',
      [2640, 120],
      ['situation.ts'],
      [
        'const bodies = (name) => ($(name).isExecuted ? $(name).all().map(({ json }) => json.body) : []);',
        "const news = $('Settings').all().map(({ json }) => json);",
        'const situation = situationOf({',
        '  news,',
        "  incidents: bodies('The incident'),",
        "  similar: bodies('Similar incidents'),",
        "  events: bodies('Recent events'),",
        '});',
        'return [{ json: { ...situation, settings: news[0].settings } }];',
      ],
    ),
    ...once.nodes,
    whether('Ask a model?', [3960, 0], "$json.wantsModel && $json.settings.model_kind !== 'none'"),
    codeNode(
      'Write the prompt',
      [4180, -100],
      ['prompt.ts'],
      [
        'const { settings, ...situation } = $input.first().json;',
        "const fence = `DATA-${Array.from({ length: 4 }, () => Math.random().toString(36).slice(2, 8)).join('')}`;",
        'return [{ json: modelRequest(situation, settings, fence) }];',
      ],
    ),
    node(
      'Ask the model',
      ['httpRequest', 4.3],
      [4400, -100],
      {
        method: 'POST',
        url: '={{ $json.url }}',
        ...signedIn,
        sendBody: true,
        specifyBody: 'json',
        jsonBody: '={{ JSON.stringify($json.body) }}',
        options: { ...wholeResponse, timeout: 120_000 },
      },
      { credentials: CREDENTIALS.model, onError: 'continueRegularOutput' },
    ),
    codeNode(
      'Read the answer',
      [4620, -100],
      ['model-answer.ts'],
      ['return [{ json: { answer: readAnswer($input.first().json) } }];'],
    ),
    codeNode(
      'Write the message',
      [4840, 0],
      ['alert-message.ts', 'chat-payload.ts'],
      [
        "const { settings, ...situation } = $('First?').first().json;",
        "const answer = $('Read the answer').isExecuted ? $('Read the answer').first().json.answer : null;",
        'return [{ json: { payload: chatPayload(settings.chat_kind, alertSaying(situation, answer)) } }];',
      ],
    ),
    tellChat([5060, 0]),
    forgetOld([5280, 0]),
  ],
  connections: connect([
    ...entrance.wires,
    ['Genuine?', 'Aggregate'],
    ['Aggregate', 'Accept'],
    ['Accept', 'Settings'],
    ['Settings', 'About an incident?'],
    ['About an incident?', 'Let it settle'],
    ['About an incident?', 'Put together', 1],
    ['Let it settle', 'The incident'],
    ['The incident', 'Similar incidents'],
    ['Similar incidents', 'Recent events'],
    ['Recent events', 'Put together'],
    ...once.wires,
    ['First?', 'Ask a model?'],
    ['Ask a model?', 'Write the prompt'],
    ['Ask a model?', 'Write the message', 1],
    ['Write the prompt', 'Ask the model'],
    ['Ask the model', 'Read the answer'],
    ['Read the answer', 'Write the message'],
    ['Write the message', 'Tell the chat'],
    ['Tell the chat', 'Forget after 30 days'],
  ]),
};
