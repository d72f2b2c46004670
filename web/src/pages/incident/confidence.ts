/** How sure a finding is, in a word. */

export interface Confidence {
  readonly word: 'Certain' | 'Likely' | 'A guess';
  /** What the word means, with the number. */
  readonly meaning: string;
}

/** Of 0 to 1, in the bands that the contract names: above 0.8 the evidence says so in words, below 0.5 it is a guess. */
export function confidenceOf(value: number): Confidence {
  const share = `${Math.round(value * 100)} %`;
  if (value > 0.8) return { word: 'Certain', meaning: `The evidence says so in words (${share})` };
  if (value >= 0.5) return { word: 'Likely', meaning: `The usual reading of this evidence (${share})` };
  return { word: 'A guess', meaning: `The evidence does not say (${share})` };
}
