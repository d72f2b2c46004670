/** The workflow *Fix execution*: a command from a chat, a schedule or by hand is checked, done in Tattle, and reported. */
import { connect, fields, node, note, whether } from './canvas.ts';
import { codeNode } from './code-node.ts';
import { forgetOld, onlyOnce } from './once.ts';
import { askTattle, CREDENTIALS, signedIn, signedWebhook, tellChat, urlOf, wholeResponse } from './parts.ts';

const entrance = signedWebhook('tattle-fix', '0d2c5a8e-3b57-4d0f-8f0e-6c1f0a7b9e22');
const once = onlyOnce('What was said', [1320, 0]);

const SETTINGS = {
  'settings.tattle_url': 'http://tattle:8080',
  'settings.people': '',
  'settings.chat_kind': 'discord',
  'settings.chat_url': 'https://discord.com/api/webhooks/ID/TOKEN',
};

const ASKED = "$('Validate').first().json";
const UNATTENDED = 'state=open&state=regressed&severity=critical&severity=high&limit=100';

export const fixExecution = {
  id: 'tattleFixExecution',
  name: 'Tattle: fix execution',
  active: false,
  settings: { executionOrder: 'v1' },
  nodes: [
    note(
      '1',
      [-20, -300],
      [1080, 160],
      '## Commands from a chat\nDiscord’s form of an interaction or a message, signed as Tattle signs. The rest is answered with 401.',
    ),
    note(
      '2',
      [2620, -300],
      [420, 160],
      '## Edit *Settings*\n`people`: ids of those who may give commands, with commas. Nobody may while it is empty.',
    ),
    note('3', [2180, 800], [420, 160], '## Edit *By hand*\nThe command that *Execute workflow* gives, and your name.'),
    ...entrance.nodes,
    codeNode(
      'What was said',
      [1100, 0],
      ['chat-command.ts'],
      [
        'const { body, id } = $input.first().json;',
        'return [{ json: { ...readSaid({ body, webhookId: id }), key: `command ${id}` } }];',
      ],
    ),
    ...once.nodes,
    node('Heard before', ['respondToWebhook', 1.5], [2420, 160], {
      respondWith: 'json',
      responseBody: '={{ JSON.stringify({ accepted: true, repeated: true }) }}',
      options: { responseCode: 200 },
    }),
    node('Every half hour', ['scheduleTrigger', 1.2], [1980, 480], {
      rule: { interval: [{ field: 'minutes', minutesInterval: 30 }] },
    }),
    fields('On schedule', [2200, 480], {
      text: 'open',
      personId: 'n8n',
      personName: 'n8n',
      source: 'schedule',
      messageId: '',
    }),
    node('Execute workflow', ['manualTrigger', 1], [1980, 640], {}),
    fields('By hand', [2200, 640], {
      text: 'open',
      personId: 'n8n',
      personName: 'somebody at n8n',
      source: 'manual',
      messageId: '',
    }),
    fields('Settings', [2640, 0], SETTINGS),
    codeNode(
      'Validate',
      [2860, 0],
      ['command.ts'],
      [
        'const { settings, ...said } = $input.first().json;',
        'return [{ json: { ...readCommand(said, settings.people), settings } }];',
      ],
    ),
    whether('From a chat?', [3080, 0], "$json.source === 'chat'"),
    node('Answer at once', ['respondToWebhook', 1.5], [3300, -120], {
      respondWith: 'json',
      responseBody:
        '={{ JSON.stringify($json.refusal ? { accepted: false, refusal: $json.refusal } : { accepted: true }) }}',
      options: { responseCode: '={{ $json.refusal ? 403 : 202 }}' },
    }),
    whether('Refused?', [3520, 0], "$json.refusal !== ''"),
    whether('Of one incident?', [3740, 120], "$json.verb !== 'open'"),
    whether('To acknowledge?', [3960, -60], "$json.verb === 'ack'"),
    node(
      'Acknowledge',
      ['httpRequest', 4.3],
      [4180, -160],
      {
        method: 'POST',
        url: `${urlOf('$json')}/api/v1/incidents/{{ encodeURIComponent($json.incidentId) }}/acknowledge`,
        ...signedIn,
        sendBody: true,
        specifyBody: 'json',
        jsonBody: '={{ JSON.stringify({ as: $json.personName || $json.personId, text: $json.note }) }}',
        options: { ...wholeResponse, timeout: 10_000 },
      },
      { credentials: CREDENTIALS.acknowledges, onError: 'continueRegularOutput' },
    ),
    askTattle('The incident', [4400, -60], ASKED, `/api/v1/incidents/{{ encodeURIComponent(${ASKED}.incidentId) }}`),
    askTattle('Open incidents', [4180, 220], ASKED, `/api/v1/incidents?${UNATTENDED}`),
    codeNode(
      'Write the report',
      [4620, 0],
      ['fix-message.ts', 'chat-payload.ts'],
      [
        "const { settings, ...command } = $('Validate').first().json;",
        'const answer = (name) => ($(name).isExecuted ? $(name).first().json : undefined);',
        'const saying = fixSaying(command, {',
        "  acknowledged: answer('Acknowledge'),",
        "  incident: answer('The incident'),",
        "  open: answer('Open incidents'),",
        '});',
        'return saying === null ? [] : [{ json: { payload: chatPayload(settings.chat_kind, saying) } }];',
      ],
    ),
    tellChat([4840, 0]),
    forgetOld([5060, 0]),
  ],
  connections: connect([
    ...entrance.wires,
    ['Genuine?', 'What was said'],
    ...once.wires,
    ['First?', 'Settings'],
    ['First?', 'Heard before', 1],
    ['Every half hour', 'On schedule'],
    ['On schedule', 'Settings'],
    ['Execute workflow', 'By hand'],
    ['By hand', 'Settings'],
    ['Settings', 'Validate'],
    ['Validate', 'From a chat?'],
    ['From a chat?', 'Answer at once'],
    ['From a chat?', 'Refused?', 1],
    ['Answer at once', 'Refused?'],
    ['Refused?', 'Write the report'],
    ['Refused?', 'Of one incident?', 1],
    ['Of one incident?', 'To acknowledge?'],
    ['Of one incident?', 'Open incidents', 1],
    ['To acknowledge?', 'Acknowledge'],
    ['To acknowledge?', 'The incident', 1],
    ['Acknowledge', 'The incident'],
    ['The incident', 'Write the report'],
    ['Open incidents', 'Write the report'],
    ['Write the report', 'Tell the chat'],
    ['Tell the chat', 'Forget after 30 days'],
  ]),
};
