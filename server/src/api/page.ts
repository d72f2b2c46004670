/** The few pages that the server writes itself: no script, no style, no request to anywhere. */

export interface Page {
  readonly title: string;
  /** HTML; what comes from outside goes through `escaped` first. */
  readonly content: string;
  /** Where to go on to at once, relative to the page's own path: what stands before that, only the browser knows. */
  readonly goOnTo?: string;
}

/** A page that leads on, not a redirect: after a link from elsewhere, browsers hold a strict cookie back from redirects. */
export function pageText({ title, content, goOnTo }: Page): string {
  const head = goOnTo === undefined ? '' : `\n<meta http-equiv="refresh" content="0;url=${escaped(goOnTo)}">`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">${head}
<title>Tattle</title>
</head>
<body>
<h1>${escaped(title)}</h1>
${content}
</body>
</html>
`;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
