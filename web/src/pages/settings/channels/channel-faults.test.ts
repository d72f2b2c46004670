import { expect, it } from 'vitest';
import { faultsIn } from './channel-faults.ts';

it('puts what the server refused at the fields, as sentences', () => {
  const faults = faultsIn(
    [
      { path: 'settings.webhookUrl', message: 'is needed, or botToken and channel instead' },
      { path: 'settings.webhookUrl', message: 'is wrong in another way' },
      { path: 'settings.to[1]', message: 'must be an address such as name@example.org' },
      { path: 'settings.headers["a b"]', message: 'is no header name' },
      { path: 'settings.basic.password', message: 'is missing' },
      { path: 'name', message: 'must be lower-case.' },
    ],
    ['name', 'webhookUrl', 'to', 'headers', 'basic'],
  );
  expect(faults.at).toEqual({
    webhookUrl: 'It is needed, or botToken and channel instead.',
    to: 'Line 2 must be an address such as name@example.org.',
    headers: 'A b is no header name.',
    basic: 'Password is missing.',
    name: 'It must be lower-case.',
  });
  expect(faults.rest).toEqual([]);
});

it('keeps what is about no field in sight', () => {
  const errors = [
    { path: 'settings.unknown', message: 'is unknown' },
    { path: '', message: 'is no object' },
  ];
  expect(faultsIn(errors, ['name'])).toEqual({ at: {}, rest: errors });
});
