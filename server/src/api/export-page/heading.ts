/** What broke, how bad, since when, and how it stands. */
import type { WireIncidentExport } from '@tattle/contract';
import { html, type Markup } from './markup.ts';
import { capital, counted, lengthText, moment, object, SEVERITY_MARKS, STATE_WORDS } from './words.ts';

export function heading({ incident, exportedAt }: WireIncidentExport): Markup {
  const { severity, state, condition, title, root, clusterName, resolvedBy, resolution } = incident;
  const by = state === 'resolved' && resolvedBy !== null ? html` <span>by <bdi>${resolvedBy}</bdi></span>` : null;
  return html`<header>
<p class="standing"><span class="badge ${severity}"><i aria-hidden="true">${SEVERITY_MARKS[severity]}</i>${capital(severity)}</span>
<span class="badge ${state}">${STATE_WORDS[state]}</span>${by} <bdi>${condition}</bdi></p>
<h1>${title}</h1>
<p>${object(root)} <span class="faint small">in <bdi>${clusterName}</bdi></span></p>
${incident.restricted ? html`<p class="faint">Part of this incident lies outside of what its exporter may see: this is about the rest.</p>` : null}
${resolution === null ? null : html`<p>What fixed it: <bdi>${resolution}</bdi></p>`}
${facts(incident, exportedAt)}
</header>`;
}

function facts(incident: WireIncidentExport['incident'], exportedAt: string): Markup {
  const { openedAt, resolvedAt, lastSeen, eventCount, regressions, objects } = incident;
  return html`<dl class="facts">
<div><dt>${resolvedAt === null ? 'Went on for' : 'Lasted'}</dt><dd>${lengthText(openedAt, resolvedAt ?? exportedAt)}</dd>
<dd class="small faint">${resolvedAt === null ? 'when this was exported' : html`until ${moment(resolvedAt)}`}</dd></div>
<div><dt>Opened</dt><dd>${moment(openedAt)}</dd><dd class="small faint">UTC, as all times here</dd></div>
<div><dt>Events</dt><dd>${eventCount.toLocaleString('en-US')}</dd><dd class="small faint">last ${moment(lastSeen)}</dd></div>
<div><dt>Objects</dt><dd>${objects.length.toLocaleString('en-US')}</dd>
<dd class="small faint">${regressions === 0 ? '' : `came back ${counted(regressions, 'time', 'times')}`}</dd></div>
</dl>`;
}
