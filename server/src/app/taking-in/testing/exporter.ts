/** A tiny exporter: a page of metrics that a test writes. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Exporter {
  readonly address: string;
  /** In the text format, by what stands before the value. */
  readonly values: Map<string, number>;
  readonly close: () => void;
}

export async function startExporter(): Promise<Exporter> {
  const values = new Map<string, number>();
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end([...values].map(([series, value]) => `${series} ${value}\n`).join(''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, values, close: () => server.close() };
}
