/** Files of secrets as they are, without keeping them for a while. */
import { readFile } from 'node:fs/promises';

export const readSecretFile = (path: string) => (): Promise<string> => readFile(path, 'utf8');
