import { expect, it } from 'vitest';
import { readBearer } from './bearer.ts';

function part(fields: unknown): string {
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}

it.each([
  ['empty', ''],
  ['short', 'abc'],
  ['longer than a header', 'a'.repeat(16_385)],
  ['two words', 'alice secret-0123456789'],
  ['broken over lines', 'alice-secret\n0123456789'],
  ['not ASCII', 'alice-sécret-0123456789'],
  ['one of Tattle’s own', 'tattle_ci_0123456789abcdef'],
  ['an unsigned JWT', `${part({ alg: 'none' })}.${part({ sub: 'alice' })}.`],
  ['a JWT of no algorithm with a signature', `${part({ alg: 'nOnE' })}.${part({ sub: 'alice' })}.c2ln`],
  ['a JWT that says no algorithm', `${part({ typ: 'JWT' })}.${part({ sub: 'alice' })}.c2ln`],
  ['a JWT without its signature', `${part({ alg: 'RS256' })}.${part({ sub: 'alice' })}.`],
  ['a JWT of nonsense', 'eyJub25zZW5zZQ.eyJub25zZW5zZQ.c2ln'],
])('sends nobody what is %s', (_, token) => {
  expect(readBearer(token)).toBeNull();
});

it.each([
  ['a static token', 'reader-token'],
  ['a bootstrap token', 'abcdef.0123456789abcdef'],
  ['OpenShift’s', 'sha256~Zm9vYmFyZm9vYmFyZm9vYmFy'],
  ['EKS’s', 'k8s-aws-v1.aHR0cHM6Ly9zdHMuYW1hem9uYXdzLmNvbS8'],
  ['Rancher’s', 'kubeconfig-user-x2x4k:zvq7w8m2xk'],
])('takes %s', (_, token) => {
  expect(readBearer(token)).toMatchObject({ token, endsAt: Infinity });
});

it('knows when a JWT ends, and holds it under its digest', () => {
  const bearer = readBearer(`${part({ alg: 'RS256' })}.${part({ exp: 1_800_000_000 })}.c2ln`);
  expect(bearer?.endsAt).toBe(1_800_000_000_000);
  expect(bearer?.digest).toMatch(/^[0-9a-f]{64}$/);
});
