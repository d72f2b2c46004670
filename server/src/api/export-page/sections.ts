/** What was changed, what belongs together, which objects, who was told, and when it happened before. */
import type { WireIncidentExport, WireIncidentView, WireObjectRef } from '@tattle/contract';
import { html, type Markup } from './markup.ts';
import { capital, counted, moment, object, objectText, SEVERITY_MARKS } from './words.ts';

export function changesSection({ changes }: WireIncidentView): Markup | null {
  if (changes.length === 0) return null;
  return html`<section id="changes"><h2>What was changed before <span class="small faint">${changes.length}</span></h2>
<ul class="rows">${changes.map(
    ({ at, object: changed, summary, diff, revision }) => html`<li>${object(changed)}
<p>${summary}${revision === null ? null : html` <span class="faint">revision ${revision}</span>`}</p><p class="small faint">${moment(at)}</p>
${diff.map(
  ({ field, before, after }) => html`<div class="diff"><span class="field">${field}</span>
<code class="${before === null ? 'none' : 'before'}">${before ?? 'not there'}</code><code class="${after === null ? 'none' : 'after'}">${after ?? 'not there'}</code></div>`,
)}</li>`,
  )}</ul></section>`;
}

export function togetherSection({ together }: WireIncidentView): Markup {
  return html`<section id="impact"><h2>What it affects <span class="small faint">${counted(together.length, 'problem', 'problems')}</span></h2>
<ul class="rows">${together.map(
    ({
      condition,
      root,
      severity,
      because,
      eventCount,
      clearedAt,
    }) => html`<li><b>${condition}</b> <span class="small faint">${counted(eventCount, 'event', 'events')}</span>
<p>${object(root)}</p><p class="small"><span class="badge-plain">${SEVERITY_MARKS[severity]} ${capital(severity)}</span>, ${clearedAt === null ? 'goes on' : html`over since ${moment(clearedAt)}`}</p>
<p class="small faint">${because}</p></li>`,
  )}</ul></section>`;
}

export function objectsSection({ objects }: WireIncidentView): Markup {
  const kinds = Map.groupBy(objects, ({ kind }) => kind);
  return html`<section id="objects"><h2>Objects <span class="small faint">${objects.length}</span></h2>
${objects.length === 0 ? html`<p class="faint">None is named.</p>` : [...kinds].map(([kind, refs]) => objectsOf(kind, refs))}</section>`;
}

const SHOWN = 12;

function objectsOf(kind: string, refs: readonly WireObjectRef[]): Markup {
  const list = html`<ul>${refs.map((ref) => html`<li><bdi>${objectText(ref)}</bdi></li>`)}</ul>`;
  if (refs.length <= SHOWN) return html`<p class="day">${kind} ${refs.length}</p>${list}`;
  return html`<details><summary><b>${kind}</b> ${refs.length}</summary>${list}</details>`;
}

export function toldSection({ told, incident }: WireIncidentExport): Markup {
  if (told.length === 0) {
    const why = incident.restricted ? 'This is not shown to whoever sees a part of it.' : 'Nobody: no channel took it.';
    return html`<section id="told"><h2>Who was told</h2><p class="faint">${why}</p></section>`;
  }
  return html`<section id="told"><h2>Who was told <span class="small faint">${told.length}</span></h2>
<ul class="rows">${told.map(
    ({
      channel,
      notice,
      status,
      attempts,
      createdAt,
      deliveredAt,
    }) => html`<li><b><bdi>${channel}</bdi></b> <span class="faint">${notice}</span>
<p class="small">${capital(status)}${attempts > 1 ? `, after ${attempts} attempts` : ''}</p><p class="small faint">${moment(deliveredAt ?? createdAt)}</p></li>`,
  )}</ul></section>`;
}

export function earlierSection({ earlier }: WireIncidentView): Markup {
  if (earlier.length === 0) {
    return html`<section id="earlier"><h2>Earlier</h2><p class="faint">No other incident of it is known.</p></section>`;
  }
  return html`<section id="earlier"><h2>Earlier <span class="small faint">${earlier.length}</span></h2>
<ul class="rows">${earlier.map(
    ({ openedAt, resolvedAt, resolution }) => html`<li>${moment(openedAt)}
<p class="small faint">${resolvedAt === null ? 'not over yet' : html`until ${moment(resolvedAt)}`}</p>${resolution === null ? null : html`<p>${resolution}</p>`}</li>`,
  )}</ul></section>`;
}
