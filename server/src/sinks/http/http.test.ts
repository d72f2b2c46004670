import { afterEach, expect, it } from 'vitest';
import { answers, type Endpoint, type Received, startEndpoint } from '../testing/endpoint.ts';
import { eventOf, incidentOf } from '../testing/records.ts';
import { contextForTests, SECRET, sinkContract } from '../testing/sink-contract.ts';
import { http } from './http.ts';

const lines = ({ body }: Received) =>
  body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);

sinkContract('http', {
  type: http,
  settings: (url) => ({ type: 'http', name: 'out', url: `${url}/${SECRET}`, headers: { 'x-key': SECRET } }),
  taken: answers.status(204),
  decode: (received) =>
    lines(received).map((each) => ({ id: each['id'] ?? '', text: each['message'] ?? each['title'] ?? '' })),
});

const open: Endpoint[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

it('posts JSON lines with the headers and credentials that it is given', async () => {
  const endpoint = await startEndpoint();
  open.push(endpoint);
  const settings = { type: 'http', name: 'out', url: `${endpoint.url}/in?x=1`, headers: { 'X-Team': 'ops' } };
  const signal = new AbortController().signal;
  await http.create({ ...settings, bearer: 'abc' }, contextForTests()).send([eventOf(1), incidentOf()], signal);
  await http
    .create({ ...settings, basic: { username: 'u', password: 'p' } }, contextForTests())
    .send([eventOf(1)], signal);
  const [first, second] = endpoint.received;
  expect(first).toMatchObject({
    path: '/in?x=1',
    headers: { 'content-type': 'application/x-ndjson', 'x-team': 'ops', authorization: 'Bearer abc' },
  });
  expect(second?.headers.authorization).toBe('Basic dTpw');
  expect(first?.body.endsWith('\n')).toBe(true);
  expect(first === undefined ? [] : lines(first).map((each) => each['schema'])).toEqual([
    'tattle.event/v1',
    'tattle.incident/v1',
  ]);
});
