/** TLS of connections that are not HTTP. */
import { z } from 'zod';

const pem = z.string().min(1).max(1_000_000);

/** All of it PEM. Left out, the system's certificates are trusted, and none of our own is shown. */
export const tlsSettings = z.strictObject({
  ca: pem.exactOptional(),
  cert: pem.exactOptional(),
  key: pem.exactOptional(),
});
