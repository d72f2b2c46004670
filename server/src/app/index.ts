/** The server package's one entry: what commands run without a server, or as one. */
export { openHistory } from './history.ts';
export { replay } from './replay.ts';
export { demo, serve } from './serve.ts';
export { runningServer } from './server-file.ts';
