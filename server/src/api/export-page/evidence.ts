/** What was captured at the time of failure, folded, with the words marked that the diagnosis stands on. */
import type { WireEvidence, WireIncidentExport } from '@tattle/contract';
import { stringify } from 'yaml';
import { html, type Markup, type Part } from './markup.ts';
import { evidencePlace } from './why.ts';
import { EVIDENCE_WORDS, moment, object } from './words.ts';

const LOGS: ReadonlySet<WireEvidence['kind']> = new Set(['log', 'previous-log']);

export function evidenceSection({ evidence, incident }: WireIncidentExport): Markup {
  const { diagnosis } = incident;
  const cited = Map.groupBy(
    diagnosis === null ? [] : [diagnosis, ...diagnosis.also].flatMap(({ citations }) => citations),
    ({ evidenceId }) => evidenceId,
  );
  const pieces = evidence.map((piece, index) => ({
    piece,
    index,
    words: (cited.get(piece.id) ?? []).map(({ text }) => text),
  }));
  return html`<section id="evidence"><h2>Evidence <span class="small faint">${evidence.length}</span></h2>
${evidence.length === 0 ? html`<p class="faint">Nothing was captured, or nothing that its exporter may see.</p>` : null}
${pieces.toSorted((a, b) => rankOf(a) - rankOf(b)).map(({ piece, index, words }) => pieceOf(piece, index, words))}</section>`;
}

/** What is cited first, logs before the rest. */
function rankOf({ piece, words }: { readonly piece: WireEvidence; readonly words: readonly string[] }): number {
  return (words.length > 0 ? 0 : 2) + (LOGS.has(piece.kind) ? 0 : 1);
}

function pieceOf(piece: WireEvidence, index: number, words: readonly string[]): Markup {
  const place = evidencePlace(index);
  const title = html`<b>${EVIDENCE_WORDS[piece.kind]}${piece.container === '' ? '' : ` of ${piece.container}`}</b> <span class="small">${object(piece.object)}</span> <span class="small faint">${moment(piece.capturedAt)}${piece.truncated ? ', cut to its bound' : ''}${words.length > 0 ? ', cited' : ''}</span>`;
  if (piece.error !== null)
    return html`<details><summary>${title}</summary><p class="missing" id="${place}">It could not be had: ${piece.error}</p></details>`;
  return html`<details${words.length > 0 && LOGS.has(piece.kind) ? ' open' : ''}><summary>${title}</summary><pre id="${place}" tabindex="0">${marked(bodyOf(piece), words)}</pre></details>`;
}

/** JSON reads better as YAML; what was cut until it was no JSON stays as it is. */
function bodyOf({ kind, body }: WireEvidence): string {
  if (LOGS.has(kind)) return body;
  try {
    return stringify(JSON.parse(body), { lineWidth: 0, aliasDuplicateObjects: false });
  } catch {
    return body;
  }
}

/** Lines that hold cited words. Of logs a citation is a part of a line; of objects it is `path: value`, whose value is looked for. */
function marked(body: string, words: readonly string[]): Part {
  if (words.length === 0) return body;
  return body.split('\n').map((line, index) => {
    const before = index === 0 ? '' : '\n';
    return words.some((word) => word !== '' && line.includes(word))
      ? html`${before}<mark>${line}</mark>`
      : `${before}${line}`;
  });
}
