/** The API's document, and the viewer that comes along to read it. */
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { endpoints } from '@tattle/contract';
import { openApiDocument } from '../openapi.ts';
import type { Routes } from '../registry.ts';

const VIEWER = '/api/v1/docs';

/** Of the viewer's package: what its page needs, and nothing else of it. */
const FILES = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
} as const;

/** The viewer sets styles on its elements; nothing is loaded from elsewhere, and nothing but this API is called. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function documentationRoutes(routes: Routes, server: FastifyInstance, version: string): void {
  const document = JSON.stringify(openApiDocument(version));
  routes.add(endpoints.openapi, async ({ reply }) => reply.type('application/json; charset=utf-8').send(document));

  const page = { config: { rule: 'open' as const } };
  const folder = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json')), 'static');
  server.get(VIEWER, page, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(PAGE),
  );
  server.get(`${VIEWER}/start.js`, page, async (_request, reply) =>
    reply.type(FILES['swagger-ui-bundle.js']).send(START),
  );
  for (const [name, type] of Object.entries(FILES)) {
    server.get(`${VIEWER}/${name}`, page, async (_request, reply) =>
      reply
        .type(type)
        .header('cache-control', 'public, max-age=3600')
        .send(await readFile(join(folder, name))),
    );
  }
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tattle: the API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null, docExpansion: 'list' });
`;
