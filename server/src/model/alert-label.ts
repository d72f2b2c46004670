/** The mark on alerts that Tattle itself makes: they may come back by the way on which alerts come in, and must end there. */

/** A label that holds the incident's id. */
export const TATTLE_LABEL = 'tattle_incident';
