/** An HTTP server on loopback whose handler may need to know its address, and which counts what it is asked. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening extends AsyncDisposable {
  readonly url: string;
  /** Method and path of each request, without queries. */
  readonly asked: string[];
}

/** The same port again, where one is given: a server that comes back after an outage. */
export async function listening(handle: (url: string) => RequestListener, port = 0): Promise<Listening> {
  const asked: string[] = [];
  let handler: RequestListener = (_, response) => response.writeHead(503).end();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  handler = handle(url);
  return {
    url,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
