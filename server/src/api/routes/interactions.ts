/** What people press under messages in a chat: taken as bytes, since the chat's signature covers them. */
import { endpoints } from '@tattle/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Chat } from '../chat-acts.ts';
import { takeBytes } from '../handed-in/body.ts';
import type { ApiPorts } from '../ports.ts';
import { RequestProblem } from '../problem.ts';
import type { Routes } from '../registry.ts';

/** Slack sends the message along, percent-encoded, and a message has 40,000 characters at the most. */
const MOST_BYTES = 256 * 1024;

/** `server`: one whose bodies are none but these. */
export function interactionRoutes(
  routes: Routes,
  server: FastifyInstance,
  { chatActs }: Pick<ApiPorts, 'chatActs'>,
): void {
  takeBytes(server, { bodyLimit: MOST_BYTES });

  async function take(chat: Chat, { headers, body }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const outcome = await chatActs(chat, { headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) });
    switch (outcome.kind) {
      case 'unsigned':
        throw unsigned();
      case 'busy':
        throw busy();
      case 'answered':
        return reply.type(outcome.answer.contentType).send(outcome.answer.body);
    }
  }

  routes.add(endpoints.takeSlackInteraction, ({ request, reply }) => take('slack', request, reply));
  routes.add(endpoints.takeDiscordInteraction, ({ request, reply }) => take('discord', request, reply));
}

function unsigned(): RequestProblem {
  return new RequestProblem({
    status: 401,
    title: 'Not signed',
    detail: 'The signature is missing, wrong or more than five minutes old, or no channel is configured for it.',
    hint: 'Set signingSecret of the Slack channel, or publicKey of the Discord channel; see docs/CHAT-BUTTONS.md.',
  });
}

function busy(): RequestProblem {
  return new RequestProblem({
    status: 503,
    title: 'Not now',
    detail: 'Too many presses wait to be answered.',
    hint: 'Press again in a while.',
  });
}
