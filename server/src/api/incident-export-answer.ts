/** Sends an exported incident: as a page that stands alone, or as JSON. Both are to be kept, so both come as a file. */
import type { WireIncidentExport } from '@tattle/contract';
import type { FastifyReply } from 'fastify';
import { exportPage } from './export-page/page.ts';

export function sendExport(exported: WireIncidentExport, format: 'html' | 'json', reply: FastifyReply): FastifyReply {
  const type = format === 'html' ? 'text/html' : 'application/json';
  reply.header('content-type', `${type}; charset=utf-8`);
  reply.header('content-disposition', `attachment; filename="${fileNameOf(exported)}.${format}"`);
  return reply.send(format === 'html' ? exportPage(exported) : `${JSON.stringify(exported, null, 2)}\n`);
}

/** `tattle-incident-2026-01-31-cart-api-3f2a91c0`: nothing in it but what every file system and header takes. */
function fileNameOf({ incident: { openedAt, root, id } }: WireIncidentExport): string {
  const parts = ['tattle-incident', openedAt.slice(0, 10), root.name, id.slice(0, 8)];
  return parts
    .map((part) => part.replaceAll(/[^A-Za-z0-9.-]+/g, '-').slice(0, 60))
    .join('-')
    .replaceAll(/-{2,}/g, '-');
}
