/** Signing in and out, and tokens. */
import { z } from 'zod';
import { createdToken, newToken, session, signIn, token, tokens } from '../access.ts';
import { endpoint } from '../endpoint.ts';

const admin = { role: 'admin', scope: 'whole' } as const;

export const accessEndpoints = {
  getSignIn: endpoint({
    id: 'getSignIn',
    method: 'GET',
    path: '/api/v1/sign-in',
    tag: 'Access',
    summary: 'The ways that lead in',
    access: 'open',
    answer: signIn,
  }),
  getSession: endpoint({
    id: 'getSession',
    method: 'GET',
    path: '/api/v1/session',
    tag: 'Access',
    summary: 'Who the caller is, and what they may do where',
    access: 'anyone',
    answer: session,
  }),
  openSession: endpoint({
    id: 'openSession',
    method: 'POST',
    path: '/api/v1/session',
    tag: 'Access',
    summary: 'Swap a Bearer token for a cookie, so that a browser need not keep the token',
    description: 'The session ends with the token; where that has no end, after 12 hours.',
    access: 'anyone',
    answer: session,
    // Repeated without its cookie it would be worth nothing.
    secretAnswer: true,
  }),
  closeSession: endpoint({
    id: 'closeSession',
    method: 'DELETE',
    path: '/api/v1/session',
    tag: 'Access',
    summary: 'Sign this browser out',
    access: 'anyone',
    answer: z.object({}),
  }),
  listTokens: endpoint({
    id: 'listTokens',
    method: 'GET',
    path: '/api/v1/tokens',
    tag: 'Access',
    summary: 'Tokens, without their secrets, the newest first',
    access: admin,
    answer: tokens,
  }),
  createToken: endpoint({
    id: 'createToken',
    method: 'POST',
    path: '/api/v1/tokens',
    tag: 'Access',
    summary: 'Make a token; its secret is shown this once',
    access: admin,
    body: newToken,
    bodyHint:
      'Send {"name": "ci", "grants": [{"role": "viewer", "scope": [{"cluster": null, "namespaces": ["shop"]}]}]}.',
    answer: createdToken,
    status: 201,
    secretAnswer: true,
  }),
  revokeToken: endpoint({
    id: 'revokeToken',
    method: 'DELETE',
    path: '/api/v1/tokens/{id}',
    tag: 'Access',
    summary: 'Revoke a token, within a second on every replica',
    access: admin,
    params: { id: 'The id of the token: its part after `tattle_`.' },
    answer: token,
  }),
};
