/** Why it happened: the diagnosis, the words that it stands on, and what to do. */
import type { WireDiagnosis, WireEvidence, WireIncidentExport } from '@tattle/contract';
import { html, type Markup } from './markup.ts';
import { capital, EVIDENCE_WORDS, objectText } from './words.ts';

type Finding = Pick<WireDiagnosis, 'cause' | 'confidence' | 'explanation' | 'citations'>;

export function whySection({ incident, evidence }: WireIncidentExport): Markup {
  const { diagnosis } = incident;
  if (diagnosis === null) {
    return html`<section id="why"><h2>Why</h2><p class="faint">No diagnosis was made, or it rests on what its exporter may not see.</p></section>`;
  }
  const { cause, confidence, explanation, nextSteps, commands, also } = diagnosis;
  return html`<section id="why" class="why"><h2>${causeWords(cause)} <span class="small faint">${confidenceWords(confidence)}</span></h2>
<p>${explanation}</p>
${quotes(diagnosis, evidence)}
${nextSteps.length === 0 ? null : html`<h3>What to do next</h3><ol class="steps">${nextSteps.map((step) => html`<li>${step}</li>`)}</ol>`}
${commands.length === 0 ? null : html`<h3>To look closer <span class="small faint">they change nothing</span></h3>${commands.map((command) => html`<pre>${command}</pre>`)}`}
${also.length === 0 ? null : html`<h3>The evidence also supports</h3>${also.map((finding) => alsoFound(finding, evidence))}`}
</section>`;
}

function alsoFound(finding: Finding, evidence: readonly WireEvidence[]): Markup {
  return html`<details><summary><b>${causeWords(finding.cause)}</b> <span class="small faint">${confidenceWords(finding.confidence)}</span></summary>
<p>${finding.explanation}</p>${quotes(finding, evidence)}</details>`;
}

function quotes({ citations }: Finding, evidence: readonly WireEvidence[]): Markup | null {
  if (citations.length === 0) return null;
  return html`<div class="quotes">${citations.map(({ evidenceId, text }) => {
    const index = evidence.findIndex(({ id }) => id === evidenceId);
    const piece = evidence[index];
    if (piece === undefined) return html`<span class="quote"><code>${text}</code></span>`;
    return html`<a class="quote" href="#${evidencePlace(index)}"><code>${text}</code><br><span class="small faint">${evidenceTitle(piece)} ↓</span></a>`;
  })}</div>`;
}

/** Ids in the page are ours: those of evidence could be anything. */
export function evidencePlace(index: number): string {
  return `evidence-${index + 1}`;
}

function evidenceTitle({ kind, object, container }: WireEvidence): string {
  return `${EVIDENCE_WORDS[kind]} of ${container === '' ? objectText(object) : container}`;
}

function causeWords(cause: string): string {
  return capital(cause.replaceAll('-', ' '));
}

function confidenceWords(confidence: number): string {
  if (confidence > 0.8) return 'Certain';
  return confidence < 0.5 ? 'A guess' : 'Likely';
}
