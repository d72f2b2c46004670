import { describe, expect, it } from 'vitest';
import { aDiagnosis, anEvent, anIncident } from '../testing/notices.ts';
import { compileEventRule, compileIncidentRule } from './rules.ts';

const subject = { incident: anIncident(), event: anEvent({ labels: { app: 'cart' } }), diagnosis: aDiagnosis() };

function asked(when: string) {
  const rule = compileIncidentRule(when);
  if (!rule.ok) throw new Error(rule.problem);
  return rule.value(subject);
}

function problem(when: string): string {
  const rule = compileIncidentRule(when);
  return rule.ok ? '' : rule.problem;
}

describe('a rule', () => {
  it.each([
    ['incident.severity == "high"', true],
    ['incident.severity.atLeast("medium")', true],
    ['incident.severity.atLeast("critical")', false],
    ['incident.namespace.startsWith("sh") && incident.kind == "Deployment"', true],
    ['event.labels["app"] == "cart"', true],
    ['"team" in event.labels && event.labels.team == "pay"', false],
    ['event.message.matches("restarting (failed|stuck) container")', true],
    ['matches(event.message, "^Back-off") && !event.message.matches("^container")', true],
    ['event.message.contains(".matches(") || event.message.matches("con" + "tainer")', true],
    ['event.count > 5 && incident.event_count >= 7', true],
    ['diagnosis.cause == "missing-configuration" && diagnosis.confidence > 0.8', true],
    ['incident.condition in ["CrashLoopBackOff", "OOMKilled"]', true],
  ])('answers %s', (when, matches) => {
    expect(asked(when)).toEqual({ matches, fault: null });
  });

  it('says what is wrong before it is ever asked', () => {
    expect(problem('incident.severty == "high"')).toContain('severty');
    expect(problem('incident.namespace')).toContain('must be true or false, it is string');
    expect(problem('incident.namespace ==')).not.toBe('');
    expect(problem('event.count == "7"')).toContain('int');
    expect(problem('pattern.rate > 1')).toContain('pattern');
  });

  it('counts what cannot be answered as no, and says so', () => {
    expect(asked('event.labels["nope"] == "x"')).toMatchObject({
      matches: false,
      fault: expect.stringContaining('nope'),
    });
    expect(asked('event.count / 0 == 1')).toMatchObject({ matches: false, fault: expect.stringContaining('zero') });
    expect(asked('event.message.matches("(")')).toMatchObject({ matches: false, fault: expect.any(String) });
  });

  it('is not stalled by a pattern that others would stall on', () => {
    const rule = compileEventRule('event.message.matches("(a+)+$")');
    if (!rule.ok) throw new Error(rule.problem);
    expect(rule.value(anEvent({ message: `${'a'.repeat(40)}!` }))).toEqual({ matches: false, fault: null });
  });

  it.each([
    'event.message // matches\n.matches("^(a+)+$")',
    'event.message.//matches\nmatches("^(a+)+$")',
    '// matches\nmatches(event.message, "^(a+)+$")',
  ])('is not led by a comment to another engine: %j', (when) => {
    const rule = compileEventRule(when);
    const before = performance.now();
    if (rule.ok) expect(rule.value(anEvent({ message: `${'a'.repeat(28)}!` }))).toMatchObject({ matches: false });
    else expect(rule.problem).toContain('comment');
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it('does not go on and on with patterns, whatever macros ask of them', () => {
    const list = `[${Array.from({ length: 100 }, (_, i) => i).join(',')}]`;
    const rule = compileEventRule(
      `${list}.exists(a, ${list}.exists(b, event.message.matches("(x?){200}$") && a == 200))`,
    );
    if (!rule.ok) throw new Error(rule.problem);
    const before = performance.now();
    // CEL takes what is false for false, whatever stands beside it cannot be answered: there is no fault.
    expect(rule.value(anEvent({ message: 'x'.repeat(3000) }))).toEqual({ matches: false, fault: null });
    expect(performance.now() - before).toBeLessThan(5000);
    const plain = compileEventRule(Array(30).fill('event.message.matches("(x?){200}y")').join(' || '));
    if (!plain.ok) throw new Error(plain.problem);
    expect(plain.value(anEvent({ message: 'x'.repeat(3000) })).fault).toContain('take too long');
  });

  it('lets no message be so long that a pattern of ordinary size is not looked for in it', () => {
    const rule = compileEventRule('event.message.matches("(?i)out of memory|oom-?kill(ed|er)|cannot allocate memory")');
    if (!rule.ok) throw new Error(rule.problem);
    const message = `${'.'.repeat(16_384)} OOMKilled`;
    expect(rule.value(anEvent({ message }))).toEqual({ matches: true, fault: null });
  });

  it('refuses to build lists inside of lists, and to bind what it has built', () => {
    expect(problem('event.message.split("").all(a, event.message.split("").all(b, a != b))')).toContain('split');
    const bound = (levels: number): string =>
      levels === 0 ? 'x0.size() > 0' : `cel.bind(x${levels - 1}, "x" + "x", ${bound(levels - 1)})`;
    expect(problem(bound(2))).toBe('');
    expect(problem(bound(10))).toContain('two levels');
  });

  it('refuses what would take for ever', () => {
    const list = `[${Array.from({ length: 100 }, (_, i) => i).join(',')}]`;
    expect(problem(`${list}.all(a, ${list}.all(b, ${list}.all(c, a + b + c >= 0)))`)).not.toBe('');
    expect(problem(`[1].all(a, [1].all(b, [1].all(c, a + b + c >= 0)))`)).toContain('two levels');
    expect(problem(`[${'1,'.repeat(101)}1].exists(a, a == 2)`)).not.toBe('');
    expect(problem('('.repeat(200) + 'true' + ')'.repeat(200))).not.toBe('');
    expect(problem(Array.from({ length: 600 }, () => 'true').join(' && '))).not.toBe('');
  });

  it('sees an event rule as having no incident', () => {
    const rule = compileEventRule('incident.severity == "high"');
    expect(rule.ok).toBe(false);
  });
});
