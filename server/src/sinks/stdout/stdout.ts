/** Standard output, as JSON lines: for whoever collects the logs of containers. */
import type { Sink, SinkOutcome } from '../../model/sink.ts';
import { sinkSettings } from '../settings.ts';
import { defineSink } from '../sink-type.ts';

export const stdout = defineSink({
  type: 'stdout',
  schema: sinkSettings('stdout', {}),
  target: () => 'standard output',
  create: ({ name }, { stdout: stream }): Sink => ({
    name,
    type: 'stdout',
    send: (batch) => write(stream, batch.map(({ json }) => `${json}\n`).join('')),
    close: async () => undefined,
  }),
});

/** Taken once the system has it. */
function write(stream: NodeJS.WritableStream, lines: string): Promise<SinkOutcome> {
  return new Promise((resolve) => {
    // A reader that went away is told as an event as well, which would end the process.
    const onError = () => undefined;
    stream.on('error', onError);
    stream.write(lines, (error) => {
      setImmediate(() => stream.off('error', onError));
      resolve(error ? { kind: 'retry', error: 'standard output cannot be written' } : { kind: 'taken' });
    });
  });
}
