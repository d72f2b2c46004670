/** Text from clusters within Discord's Markdown: shown as it is, whatever it holds. */

/**
 * As few backslashes as will do, since the notifications of phones show them: names such as REDIS_URL need none. Nothing mentions,
 * links, or is turned into a link: an address is there to be read.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\*~`|<>[\]@]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/^(\s*)([#+-])/gm, '$1\\$2')
    .replace(/:\/\//g, ':\\//');
}

/** A block of code that nothing in it ends: an invisible space parts what would be a fence. */
export function codeBlock(text: string): string {
  return `\`\`\`\n${text.replace(/`(?=`)/g, '`\u200b')}\n\`\`\``;
}
