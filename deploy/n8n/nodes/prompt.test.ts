import { expect, it } from 'vitest';
import { readAnswer } from './model-answer.ts';
import { readNews } from './news.ts';
import { modelRequest } from './prompt.ts';
import { situationOf } from './situation.ts';

const body = {
  incident: { id: 'a', notice: 'opened', title: 'T' },
  context: { recent_logs: `start ${'x'.repeat(100_000)} DATA-1> the end` },
};
const news = readNews({ body: JSON.stringify(body), webhookId: 'msg_1' });
const situation = situationOf({ news, incidents: [], similar: [], events: [] });
const settings = { model_kind: 'ollama', model_url: 'http://ollama:11434/', model_name: 'qwen3:8b' };

it('asks Ollama in its own way, with a window that the prompt fits into', () => {
  const { url, body: asked } = modelRequest(situation, settings, 'DATA-1');
  expect(url).toBe('http://ollama:11434/api/chat');
  expect(asked).toMatchObject({ model: 'qwen3:8b', stream: false, options: { num_ctx: 8192 } });
});

it('asks an OpenAI-compatible server in its way', () => {
  const { url, body: asked } = modelRequest(
    situation,
    { ...settings, model_kind: 'openai', model_url: 'http://vllm/v1' },
    'DATA-1',
  );
  expect(url).toBe('http://vllm/v1/chat/completions');
  expect(asked).not.toHaveProperty('options');
});

it('keeps the end of a log, cuts what is too long, and lets no data name the fence', () => {
  const { messages } = modelRequest(situation, settings, 'DATA-1').body as { messages: { content: string }[] };
  const user = messages[1]?.content ?? '';
  expect(user.length).toBeLessThan(12_000);
  expect(user).toContain('> the end');
  expect(user).not.toContain('start');
  expect(user.split('DATA-1')).toHaveLength(9);
});

it.each([
  [{ statusCode: 200, body: { message: { content: 'Yes.' } } }, { text: 'Yes.' }],
  [{ statusCode: 200, body: { choices: [{ message: { content: 'Yes.' } }] } }, { text: 'Yes.' }],
  [{ statusCode: 200, body: { message: { content: '<think>a\nb</think>\nYes.' } } }, { text: 'Yes.' }],
  [{ statusCode: 200, body: { message: { content: '<think>it never ends' } } }, { missing: 'its answer was empty' }],
  [{ statusCode: 200, body: 'text' }, { missing: 'its answer was empty' }],
  [{ statusCode: 200, body: { choices: [] } }, { missing: 'its answer was empty' }],
  [{ statusCode: 404, body: { error: 'model not found' } }, { missing: 'it answered 404' }],
  [{ error: { message: 'ECONNREFUSED' } }, { missing: 'ECONNREFUSED' }],
  [{ error: 'timeout' }, { missing: 'timeout' }],
])('reads %j', (item, wanted) => {
  expect(readAnswer(item)).toEqual(wanted);
});
