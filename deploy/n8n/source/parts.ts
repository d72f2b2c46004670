/** What both workflows do alike: take in what is signed, ask Tattle's API, speak in a chat. */
import { type Node, node, type Wire, whether } from './canvas.ts';
import { codeNode } from './code-node.ts';

/** n8n finds a credential by its id, or lets a person choose one after an import by hand. */
export const CREDENTIALS = {
  secret: { crypto: { id: 'tattleWebhookKey', name: 'Tattle webhook secret' } },
  reads: { httpBearerAuth: { id: 'tattleApiReads', name: 'Tattle API, reads' } },
  acknowledges: { httpBearerAuth: { id: 'tattleApiActs', name: 'Tattle API, acknowledges' } },
  model: { httpBearerAuth: { id: 'tattleModelKey', name: 'Model key' } },
} as const;

/** From a webhook to `Genuine?`, whose true output is left to the workflow; what is not genuine is answered 401. */
export function signedWebhook(path: string, webhookId: string): { nodes: Node[]; wires: Wire[] } {
  const nodes = [
    node(
      'Webhook',
      ['webhook', 2.1],
      [0, 0],
      { httpMethod: 'POST', path, responseMode: 'responseNode', options: { rawBody: true } },
      { webhookId },
    ),
    codeNode(
      'Read the envelope',
      [220, 0],
      ['envelope.ts'],
      [
        "const bytes = await this.helpers.getBinaryDataBuffer(0, 'data');",
        "const message = { headers: $input.first().json.headers, body: bytes.toString('utf8'), now: Date.now() };",
        'return [{ json: readEnvelope(message) }];',
      ],
    ),
    node(
      'Sign it as Tattle would',
      ['crypto', 2],
      [440, 0],
      {
        action: 'hmac',
        type: 'SHA256',
        value: '={{ $json.signed }}',
        dataPropertyName: 'expected',
        encoding: 'base64',
      },
      { credentials: CREDENTIALS.secret },
    ),
    codeNode(
      'Compare',
      [660, 0],
      ['envelope.ts'],
      [
        'const { expected, ...envelope } = $input.first().json;',
        'return [{ json: { ...envelope, genuine: isGenuine(envelope, expected) } }];',
      ],
    ),
    whether('Genuine?', [880, 0], '$json.genuine'),
    node('Refuse', ['respondToWebhook', 1.5], [1100, 200], {
      respondWith: 'json',
      responseBody: '={{ JSON.stringify({ error: $json.refusal || "the signature is not ours" }) }}',
      options: { responseCode: 401 },
    }),
  ];
  const wires: Wire[] = [
    ['Webhook', 'Read the envelope'],
    ['Read the envelope', 'Sign it as Tattle would'],
    ['Sign it as Tattle would', 'Compare'],
    ['Compare', 'Genuine?'],
    ['Genuine?', 'Refuse', 1],
  ];
  return { nodes, wires };
}

/** A question to Tattle's API; the answer or the error is what goes on. `asked` is where its settings are, in n8n's own terms. */
export function askTattle(
  name: string,
  position: readonly [number, number],
  asked: string,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Node {
  const parameters = Object.entries(query).map(([key, value]) => ({ name: key, value }));
  return node(
    name,
    ['httpRequest', 4.3],
    position,
    {
      url: `${urlOf(asked)}${path}`,
      ...signedIn,
      ...(parameters.length > 0 && { sendQuery: true, queryParameters: { parameters } }),
      options: { ...wholeResponse, timeout: 10_000 },
    },
    { credentials: CREDENTIALS.reads, onError: 'continueRegularOutput' },
  );
}

export function urlOf(asked: string): string {
  return `={{ ${asked}.settings.tattle_url.replace(/\\/+$/, '') }}`;
}

export const signedIn = { authentication: 'genericCredentialType', genericAuthType: 'httpBearerAuth' };

/** A redirect would take the credential to another host. */
export const wholeResponse = {
  redirect: { redirect: { followRedirects: false } },
  response: { response: { fullResponse: true, neverError: true, responseFormat: 'json' } },
};

/** Sends `$json.payload`; tried three times, then the execution fails and is seen as failed. */
export function tellChat(position: readonly [number, number]): Node {
  return node(
    'Tell the chat',
    ['httpRequest', 4.3],
    position,
    {
      method: 'POST',
      url: "={{ $('Settings').first().json.settings.chat_url }}",
      sendBody: true,
      specifyBody: 'json',
      jsonBody: '={{ JSON.stringify($json.payload) }}',
      options: {
        redirect: { redirect: { followRedirects: false } },
        response: { response: { responseFormat: 'text' } },
        timeout: 10_000,
      },
    },
    { retryOnFail: true, maxTries: 3, waitBetweenTries: 2000 },
  );
}
