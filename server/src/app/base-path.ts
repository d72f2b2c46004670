/** The path under which people reach Tattle, as it is configured and as it stands in front of other paths. */
import { z } from 'zod';

/** Taken off, one of these would make the server's own paths unreadable. */
const TAKEN = /^\/(api|auth|assets|healthz|readyz|metrics)(\/|$)/;

/** Either `/` or without a slash at its end. */
export const basePath = z
  .string()
  .max(200)
  .regex(/^\/$|^(\/[\w~-]+)+\/?$/, 'must be a path such as /tattle: letters, digits, _ ~ - and single slashes')
  .refine((path) => !TAKEN.test(path), 'must not begin as a path of the server itself does')
  .overwrite((path) => (path === '/' ? path : path.replace(/\/$/, '')));

/** What stands in front of a path that begins with a slash. */
export function inFront(path: string): string {
  return path === '/' ? '' : path;
}
