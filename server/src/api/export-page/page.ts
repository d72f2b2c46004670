/** An exported incident as one page: it opens anywhere without asking anybody for anything, and carries the whole export as JSON. */
import { createHash } from 'node:crypto';
import type { WireIncidentExport } from '@tattle/contract';
import { evidenceSection } from './evidence.ts';
import { footer } from './footer.ts';
import { heading } from './heading.ts';
import { html, Markup } from './markup.ts';
import { changesSection, earlierSection, objectsSection, togetherSection, toldSection } from './sections.ts';
import { STYLE } from './style.ts';
import { eventsSection, timelineSection } from './timeline.ts';
import { whySection } from './why.ts';

/** No script, no image, no font, no address: nothing but the one style above it, by its hash. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

export function exportPage(exported: WireIncidentExport): string {
  const { incident } = exported;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="${exported.exportedBy}">
<title>${incident.title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
${heading(exported)}
<div class="columns">
<div>
${whySection(exported)}
${changesSection(incident)}
${timelineSection(incident)}
${evidenceSection(exported)}
${eventsSection(exported)}
</div>
<div>
${togetherSection(incident)}
${objectsSection(incident)}
${toldSection(exported)}
${earlierSection(incident)}
</div>
</div>
</main>
${footer(exported)}
<script type="application/json" id="tattle-incident">${embedded(exported)}</script>
</body>
</html>
`.text;
}

/** `<` could end the element or begin a comment in it; the others would hide in, or turn around, the source of the page. */
const UNSAFE = /[<\u2028\u2029\p{Bidi_Control}]/gu;

/** Data, never run: every JSON reader takes the escapes for the characters. */
function embedded(exported: WireIncidentExport): Markup {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return new Markup(JSON.stringify(exported).replaceAll(UNSAFE, escaped));
}
