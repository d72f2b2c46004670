/** A place in a quoted text or object that something is claimed from. */

export interface CitationMark<Place> {
  /** Of the element to lead to. */
  readonly id: string;
  /** The words that are cited. */
  readonly text: string;
  /** What they are cited for: `Missing configuration`. */
  readonly claim: string;
  readonly place: Place;
}
