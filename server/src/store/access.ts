/** The AccessStore port: tokens and sessions. */
import type { AccessStore } from '../model/ports/access.ts';
import type { Logger } from '../model/ports/process.ts';
import type { Connections } from './connections.ts';
import { Sessions } from './sessions.ts';
import { Tokens } from './tokens.ts';

export function accessOf(connections: Connections, logger: Logger): AccessStore {
  const tokens = new Tokens(connections, logger);
  const sessions = new Sessions(connections, logger);
  return {
    tokens: () => tokens.tokens(),
    token: (id) => tokens.token(id),
    addToken: (token) => tokens.addToken(token),
    revokeToken: (id, by, at) => tokens.revokeToken(id, by, at),
    tokenUsed: (id, at) => tokens.tokenUsed(id, at),
    openSession: (session) => sessions.openSession(session),
    session: (digest, now) => sessions.session(digest, now),
    closeSession: (digest, at) => sessions.closeSession(digest, at),
  };
}
