import { expect, it } from 'vitest';
import { RowBuffers } from './row-buffers.ts';

it('writes rows one after the other, and uses released memory again', () => {
  const buffers = new RowBuffers();
  const first = buffers.fill(['a\t1\n', 'é漢😀\t2\n']);
  expect(first.toString('utf8')).toBe('a\t1\né漢😀\t2\n');
  const second = buffers.fill(['b\n']);
  expect(second.buffer).not.toBe(first.buffer);
  buffers.release(first);
  const third = buffers.fill(['c\n']);
  expect(third.buffer).toBe(first.buffer);
  expect(third.toString('utf8')).toBe('c\n');
  expect(second.toString('utf8')).toBe('b\n');
});

it('tells sizes apart, and keeps nothing that is larger than any batch', () => {
  const buffers = new RowBuffers();
  const large = buffers.fill(['x'.repeat(100_000)]);
  expect(large.length).toBe(100_000);
  buffers.release(large);
  expect(buffers.fill(['y']).buffer).not.toBe(large.buffer);
  expect(buffers.fill(['z'.repeat(120_000)]).buffer).toBe(large.buffer);
  const huge = buffers.fill(['h'.repeat(3_000_000)]);
  buffers.release(huge);
  expect(buffers.fill(['i'.repeat(3_000_000)]).buffer).not.toBe(huge.buffer);
  buffers.release(Buffer.from('of another'));
  expect(buffers.fill(['j']).toString('utf8')).toBe('j');
});
