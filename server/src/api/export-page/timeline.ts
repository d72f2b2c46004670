/** What happened, in the order of time, and every event. */
import type { WireEvent, WireIncidentExport, WireIncidentView } from '@tattle/contract';
import { html, type Markup } from './markup.ts';
import { counted, dayOf, moment, object } from './words.ts';

type Entry = WireIncidentView['timeline'][number];

const BY_REPORTERS: ReadonlySet<string> = new Set(['event', 'change', 'joined']);
/** More are in the JSON: a page of many thousands of rows is read by nobody. */
const MOST_ROWS = 500;

export function timelineSection({ timeline, timelineCut }: WireIncidentView): Markup {
  const days = Map.groupBy(timeline, ({ at }) => dayOf(at));
  return html`<section id="timeline"><h2>Timeline <span class="small faint">${counted(timeline.length, 'entry', 'entries')}</span></h2>
${timelineCut ? html`<p class="faint">Of its events, the newest are shown.</p>` : null}
${[...days].map(([day, entries]) => html`<p class="day">${day}</p><ol class="moments">${entries.map((entry) => entryRow(entry, day))}</ol>`)}
</section>`;
}

function entryRow({ at, kind, by, text, object: about }: Entry, day: string): Markup {
  const ours = !BY_REPORTERS.has(kind);
  const who = by === '' || by === 'tattle' ? null : html` <span class="small faint">by <bdi>${by}</bdi></span>`;
  return html`<li>${moment(at, day)}<div><span class="${ours ? 'ours' : 'theirs'}">${text}</span>${who}
${about === null ? null : html`<div class="small">${object(about)}</div>`}</div></li>`;
}

export function eventsSection({ events }: WireIncidentExport): Markup {
  const shown = events.slice(0, MOST_ROWS);
  const more = events.length - shown.length;
  return html`<section id="events"><h2>Events <span class="small faint">${events.length.toLocaleString('en-US')}</span></h2>
<details><summary>What was reported, the newest first</summary>
<table><thead><tr><th>Last seen</th><th>Reason</th><th>What it is about, and says</th><th class="count">Count</th></tr></thead>
<tbody>${shown.map(eventRow)}</tbody></table>
${more === 0 ? null : html`<p class="faint">${counted(more, 'more is', 'more are')} in the JSON of this file.</p>`}
</details></section>`;
}

function eventRow({ lastSeen, reason, type, object: about, message, count, source }: WireEvent): Markup {
  return html`<tr><td class="time">${moment(lastSeen)}</td><td><b>${reason}</b><br><span class="small faint">${type}</span></td>
<td>${object(about)}<div>${message}</div><div class="small faint">${source}</div></td><td class="count">${count.toLocaleString('en-US')}</td></tr>`;
}
