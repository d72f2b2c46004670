/** An address that stays the same while what is behind it comes and goes, as a Service of Kubernetes has it. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FrontDoor {
  readonly url: string;
  /** Where requests go; null: nobody is there, and connections are cut. */
  behind: string | null;
  /** Answers so many of the next requests with 503 itself. */
  refuses: number;
  /** The statuses that were answered, oldest first; 0 where the connection was cut. */
  readonly answers: number[];
  readonly close: () => void;
}

export async function openFrontDoor(): Promise<FrontDoor> {
  const server = createServer((incoming, outgoing) => {
    if (door.behind === null) {
      door.answers.push(0);
      return void incoming.socket.destroy();
    }
    if (door.refuses > 0) {
      door.refuses -= 1;
      door.answers.push(503);
      return void outgoing.writeHead(503).end();
    }
    const { method = 'GET', url = '/', headers } = incoming;
    const onward = request(new URL(url, door.behind), {
      method,
      headers: { ...headers, host: new URL(door.behind).host },
    });
    onward.on('response', (response) => {
      door.answers.push(response.statusCode ?? 0);
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const door: FrontDoor = {
    url: `http://127.0.0.1:${port}`,
    behind: null,
    refuses: 0,
    answers: [],
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return door;
}
