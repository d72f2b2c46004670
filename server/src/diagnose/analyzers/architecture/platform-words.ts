/** How registries and runtimes say that an image has no variant for the node's platform. */

const WORDS = [
  'no match for platform in manifest',
  'no matching manifest for',
  'no image found in manifest list for architecture',
  'no image found in image index for architecture',
  'does not provide the specified platform',
  'does not match the specified platform',
  'does not match the detected host platform',
  'operating system does not match the host operating system',
  'no matching platform',
  'image operating system',
  'cannot be used on this platform',
];

/** `words` are in lower case. */
export function isWrongPlatform(words: string): boolean {
  return WORDS.some((word) => words.includes(word));
}
