/** Templates that users write for messages and bodies: Liquid, bounded, without files and without code. */
import { CaptureTag, type Context, Liquid, type Template as Parsed } from 'liquidjs';
import type { Notice } from '../../model/delivery.ts';
import { tattleBody } from '../body/tattle-body.ts';
import type { LinkTo } from '../body/incident-json.ts';
import type { Message } from '../message/message.ts';
import { boundFilters } from './bound-filters.ts';

/** What templates see: the native body (`incident`, `event`, `evidence`, `diagnosis`, `also`, `digest`, …), and `message`. */
export type TemplateValues = Readonly<Record<string, unknown>>;

export type CompiledTemplate =
  | { readonly ok: true; readonly render: (values: TemplateValues) => RenderedTemplate }
  /** With the line and what is wrong there. */
  | { readonly ok: false; readonly problem: string };

export type RenderedTemplate =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

const MOST_SOURCE = 65_536;
const MOST_TEXT = 1_000_000;
/** Nothing else runs meanwhile; those that people write take a few. */
const MOST_RENDER_MS = 200;
/** Characters and items that a rendering may make. */
const MOST_MEMORY = 5_000_000;

export function templateValues(notice: Notice, message: Message, linkTo: LinkTo): TemplateValues {
  return { ...tattleBody(notice, linkTo), message };
}

/**
 * Never throws. Unknown names are empty; unknown filters and tags are problems. `escape` is applied to each value that is written,
 * so that text from a cluster cannot use the markup that the template's own text may use; its filter `raw` leaves it out.
 */
export function compileTemplate(source: string, escape?: (text: string) => string): CompiledTemplate {
  if (source.length > MOST_SOURCE) return { ok: false, problem: `is longer than ${MOST_SOURCE} characters` };
  const engine = new Liquid({
    strictFilters: true,
    strictVariables: false,
    ownPropertyOnly: true,
    // A template is one text: nothing is read from anywhere.
    templates: {},
    parseLimit: 1_000_000,
    renderLimit: MOST_RENDER_MS,
    memoryLimit: MOST_MEMORY,
    ...(escape !== undefined && { outputEscape: (value: unknown) => escape(textOf(value)) }),
  });
  engine.registerTag('capture', BoundedCapture);
  boundFilters(engine, MOST_MEMORY);
  try {
    const parsed = engine.parse(source);
    return { ok: true, render: (values) => render(engine, parsed, values) };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

function render(engine: Liquid, parsed: Parsed[], values: TemplateValues): RenderedTemplate {
  try {
    const text = String(engine.renderSync(parsed, values));
    if (text.length <= MOST_TEXT) return { ok: true, text };
    return { ok: false, problem: `writes more than ${MOST_TEXT} characters` };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

/** The engine does not count what is captured, so that a loop could double a text until memory runs out. */
class BoundedCapture extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, string> {
    yield* super.render(context);
    const captured: unknown = context.getSync([this.variable]);
    context.memoryLimit.use(typeof captured === 'string' ? captured.length : 0);
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(textOf).join('');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Its first line: what follows quotes the template. */
function problemOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it cannot be used';
}
