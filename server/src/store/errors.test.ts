import pg from 'pg';
import { expect, it } from 'vitest';
import { StoreUnavailable } from '../model/ports/store.ts';
import { storeError } from './errors.ts';

it('takes a question to a pool that was closed for a store that is away, as whoever asks while Tattle stops meets it', async () => {
  const pool = new pg.Pool();
  await pool.end();
  const error: unknown = await pool.query('SELECT 1').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(storeError(error)).toBeInstanceOf(StoreUnavailable);
});

it('leaves what is a fault of ours as it is', () => {
  const fault = new TypeError('x is not a function');
  expect(storeError(fault)).toBe(fault);
});
