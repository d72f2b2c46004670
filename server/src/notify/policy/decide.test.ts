import { describe, expect, it } from 'vitest';
import { type Channel, NOTICE_KINDS, TURNS } from '../../model/delivery.ts';
import type { Incident } from '../../model/incident.ts';
import type { NoticeDecision } from '../../model/notice-decision.ts';
import type { Matcher, Silence } from '../../model/silence.ts';
import { aDiagnosis, anEvent, anIncident } from '../testing/notices.ts';
import { decide } from './decide.ts';
import { factsOf } from './facts.ts';
import { compilePolicy, type Policy } from './policy.ts';
import type { Decided, Question, Situation } from './question.ts';
import { notifySettings } from './settings.ts';

const NOON = Date.UTC(2026, 10, 26, 12);
const HOUR = 3_600_000;
const MINUTE = 60_000;

function policyOf(notify: object): Policy {
  const compiled = compilePolicy(notifySettings.parse(notify), () => null);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.policy;
}

const channel = (name: string, wants: Channel['wants'] = new Set(NOTICE_KINDS)) => ({ name, wants });
const ops = channel('ops');
const mail = channel('mail', new Set([...TURNS, 'reminder', 'escalated', 'digest'] as const));

function asking(more: Partial<Question> & { incident?: Incident } = {}): Question {
  const incident = more.incident ?? anIncident();
  const event = anEvent();
  const diagnosis = aDiagnosis();
  const facts = factsOf({ incident, event, diagnosis });
  return {
    noticeId: 'n1',
    kind: 'opened',
    incident,
    event,
    diagnosis,
    facts,
    at: NOON,
    look: 0,
    route: '',
    step: 0,
    of: '',
    ...more,
  };
}

function situation(more: Partial<Situation> = {}): Situation {
  return { earlier: [], silences: [], sources: [], rules: null, toldLately: new Map(), channels: [ops, mail], ...more };
}

const told = ({ to, decisions }: Decided) => ({
  to,
  why: decisions.map(({ channel: name, verdict, reason }) => `${name} ${verdict} ${reason}`.trim()),
});

/** What the decisions so far make of the next question: the newest first. */
const after = (...decided: Decided[]): readonly NoticeDecision[] =>
  decided.flatMap(({ decisions }) => decisions).toReversed();

const silence = (matchers: readonly Matcher[], endsAt = NOON + HOUR): Silence => ({
  id: 's1',
  matchers,
  startsAt: NOON - HOUR,
  endsAt,
  createdBy: 'ana',
  createdAt: NOON - HOUR,
  comment: 'deploying',
  expiredAt: null,
  scope: 'everything',
});

describe('who is told', () => {
  it('is everybody, where nobody wrote a route', () => {
    expect(told(decide(asking(), situation(), policyOf({})))).toEqual({
      to: ['ops', 'mail'],
      why: ['ops told routed', 'mail told routed'],
    });
  });

  it('is whom the first route that matches names, and further ones where it continues', () => {
    const routes = [
      { name: 'web', match: ['namespace=web'], to: ['mail'] },
      { name: 'all', to: ['ops'], continue: true },
      { name: 'high', match: ['severity>=high'], to: ['ops', 'mail'] },
      { name: 'never', to: ['mail'] },
    ];
    expect(told(decide(asking(), situation(), policyOf({ routes })))).toEqual({
      to: ['ops', 'mail'],
      why: ['ops told routed', 'ops withheld nothing-new', 'mail told routed'],
    });
  });

  it('is nobody, and that is said, where no route is meant for it', () => {
    const policy = policyOf({ routes: [{ name: 'web', match: ['namespace=web'], to: ['ops'] }] });
    expect(told(decide(asking(), situation(), policy))).toEqual({ to: [], why: ['withheld no-route'] });
  });

  it('depends on the time of day, where a route says so', () => {
    const during = { from: '09:00', to: '17:00' };
    const policy = policyOf({
      routes: [
        { name: 'office', during, to: ['mail'] },
        { name: 'rest', to: ['ops'] },
      ],
    });
    expect(decide(asking(), situation(), policy).to).toEqual(['mail']);
    expect(decide(asking({ at: NOON + 8 * HOUR }), situation(), policy).to).toEqual(['ops']);
  });

  it('tells of a channel that is gone', () => {
    const policy = policyOf({ routes: [{ name: 'a', to: ['gone', 'ops'] }] });
    expect(told(decide(asking(), situation(), policy)).why).toEqual(['gone withheld no-channel', 'ops told routed']);
    const empty = decide(asking(), situation({ channels: [] }), policyOf({}));
    expect(told(empty).why).toEqual(['withheld no-channel']);
  });

  it('is by rule, where rules are written and a route names them', () => {
    const policy = policyOf({
      rules: [{ name: 'pay', when: 'incident.namespace == "shop"' }],
      routes: [{ name: 'pay', rules: ['pay'], to: ['ops'] }],
    });
    const rules = { kind: 'asked', names: ['pay'] } as const;
    expect(decide(asking(), situation({ rules }), policy)).toMatchObject({ to: ['ops'], decisions: [{ rule: 'pay' }] });
    const none = { kind: 'not-asked', reason: 'no-rule', rule: '', because: 'No rule asks for it.' } as const;
    expect(told(decide(asking(), situation({ rules: none }), policy)).why).toEqual(['withheld no-rule']);
  });
});

describe('what comes later in an incident’s life', () => {
  const begun = decide(asking(), situation(), policyOf({}));

  it('is told to whom its beginning was told, once', () => {
    const end = decide(
      asking({ noticeId: 'n2', kind: 'resolved' }),
      situation({ earlier: after(begun) }),
      policyOf({}),
    );
    expect(end.to).toEqual(['ops', 'mail']);
    const again = decide(
      asking({ noticeId: 'n3', kind: 'resolved' }),
      situation({ earlier: after(begun, end) }),
      policyOf({}),
    );
    expect(told(again)).toEqual({ to: [], why: ['ops withheld nothing-new', 'mail withheld nothing-new'] });
  });

  it('tells an end to nobody who was not told the beginning', () => {
    expect(told(decide(asking({ kind: 'resolved' }), situation(), policyOf({}))).why).toEqual([
      'withheld not-told-before',
    ]);
    const routes = [
      { name: 'a', to: ['ops'], continue: true },
      { name: 'b', match: ['severity=critical'], to: ['mail'] },
    ];
    const policy = policyOf({ routes });
    const first = decide(asking(), situation(), policy);
    expect(first.to).toEqual(['ops']);
    expect(
      decide(asking({ noticeId: 'n2', kind: 'resolved' }), situation({ earlier: after(first) }), policy).to,
    ).toEqual(['ops']);
  });

  it('tells a route that cares only now of what got worse', () => {
    const policy = policyOf({ routes: [{ name: 'b', match: ['severity=critical'], to: ['mail'] }] });
    const first = decide(asking(), situation(), policy);
    const incident = anIncident({ severity: 'critical' });
    const worse = decide(
      asking({ noticeId: 'n2', kind: 'worse', incident }),
      situation({ earlier: after(first) }),
      policy,
    );
    expect(worse.to).toEqual(['mail']);
  });

  it('tells a new cause where a message can be changed, and a known one nowhere', () => {
    const unknown = decide(asking({ diagnosis: null }), situation(), policyOf({}));
    const cause = asking({ noticeId: 'n2', kind: 'diagnosed' });
    expect(told(decide(cause, situation({ earlier: after(unknown) }), policyOf({})))).toEqual({
      to: ['ops'],
      why: ['ops told routed', 'mail withheld not-wanted'],
    });
    expect(decide(cause, situation({ earlier: after(begun) }), policyOf({})).to).toEqual([]);
  });

  it('begins anew when it comes back', () => {
    const end = decide(
      asking({ noticeId: 'n2', kind: 'resolved' }),
      situation({ earlier: after(begun) }),
      policyOf({}),
    );
    const back = asking({ noticeId: 'n3', incident: anIncident({ state: 'regressed', regressions: 1 }) });
    const again = decide(back, situation({ earlier: after(begun, end) }), policyOf({}));
    expect(again.to).toEqual(['ops', 'mail']);
    const over = asking({ noticeId: 'n4', kind: 'resolved' });
    expect(decide(over, situation({ earlier: after(begun, end, again) }), policyOf({})).to).toEqual(['ops', 'mail']);
  });

  it('is not told of what was merged into another', () => {
    const merged = asking({ incident: anIncident({ mergedInto: 'inc_9', state: 'resolved' }) });
    expect(told(decide(merged, situation(), policyOf({}))).why).toEqual(['withheld merged']);
  });
});

describe('what holds a notice back', () => {
  const silenced = situation({ silences: [silence([{ name: 'namespace', operator: '=', value: 'shop' }])] });

  it('is a silence that matches; it is looked at again at its end', () => {
    const held = decide(asking(), silenced, policyOf({}));
    expect(told(held)).toEqual({ to: [], why: ['held silenced'] });
    expect(held.decisions[0]).toMatchObject({ until: NOON + HOUR, by: 's1', because: expect.stringContaining('ana') });
    expect(held.jobs).toMatchObject([{ kind: 'notice', runAt: NOON + HOUR, payload: { kind: 'opened', look: 1 } }]);
    expect(
      decide(
        asking({
          incident: anIncident({ root: { kind: 'Deployment', namespace: 'web', name: 'x', uid: '' } }),
          facts: { namespace: 'web' },
        }),
        silenced,
        policyOf({}),
      ).to,
    ).toEqual(['ops', 'mail']);
  });

  it('lets the end through to whom the beginning was told', () => {
    const begun = decide(asking(), situation(), policyOf({}));
    const end = asking({ noticeId: 'n2', kind: 'resolved' });
    expect(decide(end, { ...silenced, earlier: after(begun) }, policyOf({})).to).toEqual(['ops', 'mail']);
  });

  it('tells it at the second look, unless it was over by then', () => {
    const first = decide(asking(), silenced, policyOf({}));
    const look = asking({ noticeId: 'n2', look: 1, at: NOON + HOUR });
    expect(decide(look, situation({ earlier: after(first) }), policyOf({})).to).toEqual(['ops', 'mail']);
    const over = { ...look, incident: anIncident({ state: 'resolved' }) };
    expect(told(decide(over, situation({ earlier: after(first) }), policyOf({}))).why).toEqual(['withheld over']);
  });

  it('is maintenance, once or again and again', () => {
    const once = {
      name: 'upgrade',
      match: ['cluster=homelab'],
      starts: '2026-11-26T11:00:00Z',
      ends: '2026-11-26T13:00:00+00:00',
    };
    const held = decide(asking(), situation(), policyOf({ maintenance: [once] }));
    expect(held.decisions[0]).toMatchObject({
      verdict: 'held',
      reason: 'maintenance',
      by: 'upgrade',
      until: NOON + HOUR,
    });
    expect(decide(asking({ at: NOON + HOUR }), situation(), policyOf({ maintenance: [once] })).to).toHaveLength(2);
    const weekly = { name: 'backup', match: ['namespace=shop'], during: { days: ['thu'], from: '11:30', to: '12:30' } };
    expect(decide(asking(), situation(), policyOf({ maintenance: [weekly] })).decisions[0]).toMatchObject({
      until: NOON + 30 * MINUTE,
    });
  });

  it('is another open incident that explains it: the node that is gone', () => {
    const node = anIncident({
      id: 'inc_node',
      category: 'Node',
      root: { kind: 'Node', namespace: '', name: 'node-1', uid: 'n' },
    });
    const sources = [{ incident: node, facts: factsOf({ incident: node, event: null, diagnosis: null }) }];
    const held = decide(asking(), situation({ sources }), policyOf({}));
    expect(held.decisions[0]).toMatchObject({ verdict: 'held', reason: 'inhibited', by: 'inc_node' });
    expect(
      decide(asking({ facts: { ...asking().facts, node: 'node-2' } }), situation({ sources }), policyOf({})).to,
    ).toHaveLength(2);
    expect(decide(asking(), situation({ sources }), policyOf({ inhibit: [] })).to).toHaveLength(2);
    const itself = asking({ incident: node, facts: factsOf({ incident: node, event: null, diagnosis: null }) });
    expect(decide(itself, situation({ sources }), policyOf({})).to).toHaveLength(2);
  });
});

describe('when it is told', () => {
  const overnight = { name: 'a', to: ['ops'], quietHours: { from: '11:00', to: '13:00', occasion: 'over lunch' } };

  it('is after the quiet hours, in one summary, unless it cannot wait', () => {
    const policy = policyOf({ routes: [overnight] });
    const held = decide(asking(), situation(), policy);
    expect(held).toMatchObject({
      to: [],
      decisions: [{ verdict: 'held', reason: 'quiet-hours', until: NOON + HOUR }],
      held: [{ how: 'digest', occasion: 'over lunch', channels: ['ops'], kind: 'opened' }],
      jobs: [{ kind: 'notice-group', runAt: NOON + HOUR, payload: { how: 'digest', route: 'a' } }],
    });
    expect(decide(asking({ incident: anIncident({ severity: 'critical' }) }), situation(), policy).to).toEqual(['ops']);
    const cause = asking({ noticeId: 'n2', kind: 'diagnosed' });
    expect(told(decide(cause, situation({ earlier: after(held) }), policy)).why).toEqual(['withheld not-told-before']);
  });

  it('is in the summary of the day, where a route wants one', () => {
    const policy = policyOf({ routes: [{ name: 'a', to: ['mail'], digest: { at: '18:00' } }] });
    expect(decide(asking(), situation(), policy)).toMatchObject({
      to: [],
      decisions: [{ reason: 'digest', until: NOON + 6 * HOUR }],
      held: [{ how: 'digest' }],
    });
  });

  it('is together with others of the same group', () => {
    const policy = policyOf({ routes: [{ name: 'a', to: ['ops'], groupBy: ['namespace'], groupWaitSeconds: 20 }] });
    const first = decide(asking(), situation(), policy);
    expect(first).toMatchObject({ to: [], decisions: [{ verdict: 'held', reason: 'grouped', until: NOON + 20_000 }] });
    const other = decide(asking({ noticeId: 'n2', incident: anIncident({ id: 'inc_2' }) }), situation(), policy);
    expect(other.held[0]?.group).toBe(first.held[0]?.group);
    const elsewhere = decide(
      asking({ noticeId: 'n3', facts: { ...asking().facts, namespace: 'web' } }),
      situation(),
      policy,
    );
    expect(elsewhere.held[0]?.group).not.toBe(first.held[0]?.group);
  });

  it('is in a summary, beyond the limit of a route, but for what is critical', () => {
    const policy = policyOf({ routes: [{ name: 'a', to: ['ops'], limit: { notices: 5, perMinutes: 10 } }] });
    const flooded = situation({ toldLately: new Map([['a', 5]]) });
    expect(told(decide(asking(), flooded, policy))).toEqual({ to: [], why: ['held too-many'] });
    expect(decide(asking({ incident: anIncident({ severity: 'critical' }) }), flooded, policy).to).toEqual(['ops']);
  });
});

describe('when nobody reacts', () => {
  const routes = [{ name: 'a', to: ['ops'], repeatMinutes: 60, escalate: [{ afterMinutes: 15, to: ['mail'] }] }];
  const policy = policyOf({ routes });
  const begun = decide(asking(), situation(), policy);

  it('it is told again, and to others', () => {
    expect(begun.jobs.map(({ runAt, payload }) => [payload['kind'], runAt - NOON])).toEqual([
      ['escalated', 15 * MINUTE],
      ['reminder', 60 * MINUTE],
    ]);
    const escalated = decide(
      asking({ noticeId: 'n2', kind: 'escalated', route: 'a' }),
      situation({ earlier: after(begun) }),
      policy,
    );
    expect(escalated.to).toEqual(['mail']);
    const reminder = decide(
      asking({ noticeId: 'n3', kind: 'reminder', route: 'a' }),
      situation({ earlier: after(begun) }),
      policy,
    );
    expect(reminder).toMatchObject({ to: ['ops'], jobs: [{ payload: { kind: 'reminder' } }] });
    const end = asking({ noticeId: 'n4', kind: 'resolved' });
    expect(decide(end, situation({ earlier: after(begun, escalated) }), policy).to.toSorted()).toEqual(['mail', 'ops']);
  });

  it.each(['acknowledged', 'resolved'] as const)('but not once it is %s', (state) => {
    for (const kind of ['reminder', 'escalated'] as const) {
      const question = asking({ noticeId: 'n2', kind, route: 'a', incident: anIncident({ state }) });
      expect(decide(question, situation({ earlier: after(begun) }), policy)).toMatchObject({ to: [], jobs: [] });
    }
  });

  it('and does not begin again with each turn', () => {
    const worse = decide(asking({ noticeId: 'n2', kind: 'worse' }), situation({ earlier: after(begun) }), policy);
    expect(worse).toMatchObject({ to: ['ops'], jobs: [] });
  });
});

describe('a policy', () => {
  const problems = (notify: object) => {
    const compiled = compilePolicy(notifySettings.parse(notify), (name) => (name === 'ops' ? null : `no ${name}`));
    return compiled.ok ? [] : compiled.problems.map(({ path, message }) => `${path}: ${message}`);
  };

  it('says of each fault where it is', () => {
    const faults = problems({
      rules: [
        { name: 'a', when: 'incident.nope' },
        { name: 'a', when: 'true', count: { atLeast: 2, withinSeconds: 60, by: ['nope'] } },
      ],
      routes: [{ name: 'r', match: ['sevrity=high'], to: ['ops', 'nobody'], rules: ['z'], groupBy: ['x'] }],
      maintenance: [
        { name: 'm', match: ['namespace=~"("'], starts: '2026-11-26T13:00:00Z', ends: '2026-11-26T11:00:00Z' },
      ],
      inhibit: [{ name: 'i', source: ['kind=Node'], target: ['kind!=Node'], equal: ['nodde'] }],
    });
    expect(faults.map((fault) => fault.slice(0, fault.indexOf(':')))).toEqual([
      'rules[0].when',
      'rules[1].count.by',
      'routes[0].groupBy',
      'routes[0].match[0]',
      'maintenance[0].match[0]',
      'maintenance[0].ends',
      'inhibit[0].equal',
      'rules[1].name',
      'routes[0].to',
      'routes[0].rules',
    ]);
  });
});
