/** Where the file comes from, what is not in it, and how it is played again. */
import type { WireIncidentExport } from '@tattle/contract';
import { html, type Markup } from './markup.ts';
import { moment } from './words.ts';

export function footer({ exportedAt, exportedBy, leftOut, incident }: WireIncidentExport): Markup {
  return html`<footer>
<p>Exported ${moment(exportedAt)} UTC by ${exportedBy}, incident <code>${incident.id}</code>. Secrets were masked when it was captured; names, images and log lines were not: look through it before you pass it on.</p>
${leftOut.map(({ because, count }) => html`<p>Left out: at least ${count}, since ${because}.</p>`)}
<p>This file holds all of it as JSON, too. <code>tattle demo FILE</code> plays it again, without a cluster.</p>
</footer>`;
}
