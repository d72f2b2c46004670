/** Looks at an incident as a whole after one of its strands changed: its name, its root, how bad it is. */
import type { Severity } from '../model/cluster-event.ts';
import type { IncidentHead, Strand } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import type { Draft } from './draft.ts';
import { headlineOf, isConsequence, titleOf } from './headline.ts';
import { impactOn, PodsOfRoots, severityOf, worstOf } from './impact.ts';
import { placeOf, spoken } from './place.ts';
import { isMoreSevere } from './strand.ts';

type Impact = ReturnType<typeof impactOn>;

/** Of one draft: what it asks the cache is asked once a place. */
export class Assessment {
  readonly #draft: Draft;
  readonly #cache: ObjectCache;
  readonly #impacts = new Map<string, Impact>();
  readonly #pods: PodsOfRoots;

  constructor(draft: Draft, cache: ObjectCache) {
    this.#draft = draft;
    this.#cache = cache;
    this.#pods = new PodsOfRoots(cache);
  }

  severityOf(strands: readonly Strand[]): Severity {
    const clusterUid = strands[0]?.cluster.uid ?? '';
    return severityOf(strands, (root) => this.#impact(clusterUid, root));
  }

  /** Called with the incident as it is by now. A better headline is news to the evidence; a worse state, to people. */
  reassess(incident: IncidentHead): void {
    const strands = this.#draft.strandsOf(incident.id);
    const renamed = this.#renamed(incident, strands);
    const severity = this.severityOf(strands);
    if (!isMoreSevere(severity, renamed.severity)) {
      if (renamed !== incident) this.#draft.putIncident(renamed);
      return;
    }
    this.#worse(renamed, severity);
  }

  serves({ cluster }: IncidentHead, root: ObjectRef): boolean {
    return this.#impact(cluster.uid, root) === 'serving';
  }

  /** A workload that still served when its incident opened may have gone down since. */
  worsen(incident: IncidentHead): void {
    const strands = this.#draft.strandsOf(incident.id).filter(({ clearedAt }) => clearedAt === null);
    // A replay of what is known already must not judge it by a state from before.
    if (strands.some(({ lastSeen }) => lastSeen > this.#draft.at)) return;
    if (!isMoreSevere(worstOf(strands), incident.severity)) return;
    const severity = this.severityOf(strands);
    if (isMoreSevere(severity, incident.severity)) this.#worse(incident, severity);
  }

  #worse(incident: IncidentHead, severity: Severity): void {
    const { id, regressions } = incident;
    this.#draft.putIncident({ ...incident, severity });
    // Severity only rises, so this happens once in a life.
    const turn = `${severity}:${regressions}`;
    this.#draft.note(id, 'worse', `from ${incident.severity} to ${severity}`, this.#draft.at, 'tattle', turn);
    this.#draft.tell(id, 'worse', turn);
  }

  #renamed(incident: IncidentHead, strands: readonly Strand[]): IncidentHead {
    const headline = headlineOf(strands);
    if (headline === undefined || headline.condition === incident.condition) return incident;
    const isHeld = strands.some(({ condition }) => condition === incident.condition);
    if (isHeld && (headline.clearedAt !== null || isConsequence(headline))) return incident;
    const { condition, category, subject } = headline;
    this.#draft.capture(incident.id, `condition-${condition}`, incident.regressions);
    this.#draft.note(
      incident.id,
      'headline',
      `${condition} of ${spoken(headline.root)} explains more than ${incident.condition}`,
      headline.rule === 'by-hand' ? this.#draft.at : headline.lastSeen,
      'tattle',
      `${condition}:${incident.regressions}`,
    );
    // A person's merge has no one place: then the title is the headline's own.
    const isThere = strands.some(({ root: { kind, namespace, name } }) => {
      return kind === incident.root.kind && namespace === incident.root.namespace && name === incident.root.name;
    });
    const root = headline.rule === 'by-hand' || !isThere ? headline.root : incident.root;
    return { ...incident, condition, category, subject, root, title: titleOf(condition, root) };
  }

  #impact(clusterUid: string, root: ObjectRef): Impact {
    const place = placeOf(clusterUid, root);
    let impact = this.#impacts.get(place);
    if (impact === undefined) {
      impact = impactOn(this.#cache, this.#pods, { clusterUid, root, at: this.#draft.at });
      this.#impacts.set(place, impact);
    }
    return impact;
  }
}
