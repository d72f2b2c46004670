/** The JSON of an exported incident, from a file that is JSON itself or a page that carries it. */

/** How the page marks it; no text of the page can end it, since every `<` in it is written `\u003c`. */
const OPENING = '<script type="application/json" id="tattle-incident">';
const CLOSING = '</script>';

/** Throws where there is none, or what there is is no JSON. */
export function incidentJsonOf(file: string): unknown {
  const json = file.trimStart().startsWith('{') ? file : embeddedIn(file);
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new Error('its JSON cannot be read: the file may have been cut short', { cause: error });
  }
}

function embeddedIn(page: string): string {
  const from = page.lastIndexOf(OPENING);
  const to = page.indexOf(CLOSING, from);
  if (from < 0 || to < 0) throw new Error('it holds no exported incident: tattle incident export makes one');
  return page.slice(from + OPENING.length, to);
}
