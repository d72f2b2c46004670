import { expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import { quiet } from '../../kit/testing/quiet.ts';
import { succeed } from '../../kube/answer.ts';
import { json, status } from '../../kube/testing/scripted-server.ts';
import type { Principal } from '../../model/access.ts';
import { createKubernetesAccess, type KubernetesAccessOptions, KubernetesUnavailable } from './kubernetes-access.ts';
import { type AccessSpec, scriptedCluster, vouched, type ScriptedCluster } from './testing/scripted-cluster.ts';
import type { TrustedCluster } from './vouching.ts';

const TOKEN = 'alice-secret-0123456789abcdef';
const HOUR = 3_600_000;

interface Bench {
  readonly cluster: ScriptedCluster;
  readonly clock: ManualClock;
  readonly names: string[];
  readonly told: ReturnType<typeof quiet>;
  /** What Alice's token gives now. */
  readonly ask: (signal?: AbortSignal) => Promise<Principal | null>;
  readonly show: (token: string) => Promise<Principal | null>;
  readonly later: (ms: number) => void;
}

async function bench(more: Partial<KubernetesAccessOptions> = {}, ...others: ScriptedCluster[]): Promise<Bench> {
  const cluster = await scriptedCluster();
  onTestFinished(() => cluster[Symbol.asyncDispose]());
  cluster.tokens.set(TOKEN, vouched('alice'));
  const clock = new ManualClock(HOUR);
  const names = ['shop', 'other'];
  const told = quiet();
  const access = createKubernetesAccess({
    clusters: [cluster.trusted, ...others.map(({ trusted }) => trusted)],
    namespaces: () => names,
    clock,
    logger: told.logger,
    metrics: told.metrics,
    ...more,
  });
  return {
    cluster,
    clock,
    names,
    told,
    ask: (signal) => access.identify(TOKEN, signal),
    show: (token) => access.identify(token),
    later: (ms) => clock.advanceTo(clock.now() + ms),
  };
}

function inNamespaces(role: string, ...namespaces: string[]): object {
  return { role, scope: [{ cluster: 'uid-prod', namespaces }] };
}

function allow(cluster: ScriptedCluster, ...what: string[]): void {
  for (const one of what) cluster.allowed.add(one);
}

it('lets somebody see the namespace whose events they may list, and nothing else', async () => {
  const { cluster, ask } = await bench();
  allow(cluster, 'shop events');
  expect(await ask()).toEqual({ id: 'kubernetes:alice', name: 'alice', grants: [inNamespaces('viewer', 'shop')] });
  expect(cluster.accessReviews[0]).toMatchObject({
    user: 'alice',
    uid: 'uid-alice',
    groups: ['system:authenticated'],
    extra: { 'example/team': ['a'] },
    resourceAttributes: { verb: 'list', group: '', resource: 'events' },
  });
});

it('gives the whole cluster, with what lies in no namespace, to who may do it in all namespaces', async () => {
  const { cluster, ask } = await bench();
  allow(cluster, '* events', '* incidents', '* remediations', '* settings');
  expect((await ask())?.grants).toEqual([{ role: 'admin', scope: [{ cluster: 'uid-prod', namespaces: null }] }]);
  expect(cluster.accessReviews).toHaveLength(4);
});

it('adds what a namespace allows to what the cluster allows', async () => {
  const { cluster, ask } = await bench();
  allow(cluster, '* events', 'shop incidents', 'shop remediations', 'other settings');
  expect((await ask())?.grants).toEqual([
    { role: 'viewer', scope: [{ cluster: 'uid-prod', namespaces: null }] },
    inNamespaces('approver', 'shop'),
  ]);
});

it('takes a role for no more than its lower permissions allow, and asks about no higher one', async () => {
  const { cluster, ask } = await bench();
  allow(cluster, 'shop events', 'shop remediations', 'other incidents', 'other settings');
  expect((await ask())?.grants).toEqual([inNamespaces('viewer', 'shop')]);
  expect(cluster.accessReviews.map(({ resourceAttributes }) => resourceAttributes.resource)).not.toContain('settings');
});

it('knows somebody who may do nothing, and gives them nothing', async () => {
  const { ask } = await bench();
  expect(await ask()).toEqual({ id: 'kubernetes:alice', name: 'alice', grants: [] });
});

it('takes an allowance that is denied, or is no true, for none', async () => {
  const { cluster, ask } = await bench();
  cluster.interfere = (response, { kind }) => {
    if (kind === 'TokenReview') return false;
    json(response, { kind, status: { allowed: true, denied: true } }, 201);
    return true;
  };
  expect((await ask())?.grants).toEqual([]);
});

it('never asks about a namespace without a name, nor takes a pattern for a name', async () => {
  const { cluster, names, ask } = await bench();
  names.push('', '*', 'sh*p', 'Shop', 'a/b', '-', 'a'.repeat(64));
  // Asked without a namespace, the cluster would say `* events`, which it does not allow.
  for (const name of names) if (name !== '*') allow(cluster, `${name} events`);
  expect((await ask())?.grants).toEqual([inNamespaces('viewer', 'shop', 'other')]);
  const asked = cluster.accessReviews.map(({ resourceAttributes }) => resourceAttributes.namespace);
  expect([...new Set(asked)]).toEqual([undefined, 'shop', 'other']);
});

it('shares one review among all who show a token meanwhile', async () => {
  const { cluster, ask } = await bench();
  allow(cluster, 'shop events');
  const all = await Promise.all(Array.from({ length: 50 }, () => ask()));
  expect(new Set(all).size).toBe(1);
  expect(cluster.tokenReviews).toHaveLength(1);
});

it('ends for one who goes away, and goes on for the others', async () => {
  const { ask } = await bench();
  const control = new AbortController();
  const leaving = ask(control.signal);
  const staying = ask();
  control.abort(new Error('the browser went away'));
  await expect(leaving).rejects.toThrow('the browser went away');
  expect(await staying).toMatchObject({ name: 'alice' });
});

it('holds an answer for 30 s from when it was asked for, and what RBAC took away is gone after that', async () => {
  const { cluster, ask, later } = await bench();
  allow(cluster, 'shop events', 'shop incidents');
  await ask();
  cluster.allowed.clear();
  later(19_999);
  expect((await ask())?.grants).toEqual([inNamespaces('operator', 'shop')]);
  expect(cluster.tokenReviews).toHaveLength(1);
  later(10_001);
  expect((await ask())?.grants).toEqual([]);
});

it('renews an answer in use ahead of its end, while nobody waits', async () => {
  const { cluster, names, ask, later } = await bench();
  allow(cluster, 'shop events', 'new events');
  await ask();
  names.push('new');
  later(20_000);
  expect((await ask())?.grants).toEqual([inNamespaces('viewer', 'shop')]);
  await expect.poll(async () => (await ask())?.grants).toEqual([inNamespaces('viewer', 'shop', 'new')]);
  expect(cluster.tokenReviews).toHaveLength(2);
});

it('forgets who they were when the cluster vouches no longer', async () => {
  const { cluster, ask, later } = await bench();
  allow(cluster, 'shop events');
  await ask();
  cluster.tokens.clear();
  later(30_000);
  expect(await ask()).toBeNull();
  cluster.interfere = (response) => (status(response, 503, 'ServiceUnavailable'), true);
  later(5000);
  await expect(ask()).rejects.toBeInstanceOf(KubernetesUnavailable);
});

it('asks about a bad token once in 5 s', async () => {
  const { cluster, show, later } = await bench();
  expect(await show('mallory-0123456789')).toBeNull();
  expect(await show('mallory-0123456789')).toBeNull();
  expect(cluster.tokenReviews).toHaveLength(1);
  cluster.tokens.set('mallory-0123456789', vouched('mallory'));
  later(5000);
  expect(await show('mallory-0123456789')).toMatchObject({ name: 'mallory' });
});

it('asks anew when the clock was set back', async () => {
  let now = HOUR;
  const { cluster, ask } = await bench({ clock: { now: () => now, sleep: async () => undefined } });
  await ask();
  now = 1000;
  await ask();
  expect(cluster.tokenReviews).toHaveLength(2);
});

it('asks anew when a token has ended by its own word, however new the answer is', async () => {
  const { cluster, show, later } = await bench();
  const part = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64url');
  const token = `${part({ alg: 'RS256' })}.${part({ exp: HOUR / 1000 + 5 })}.c2lnbmVk`;
  cluster.tokens.set(token, vouched('short'));
  expect(await show(token)).toMatchObject({ name: 'short' });
  cluster.tokens.delete(token);
  later(5000);
  expect(await show(token)).toBeNull();
});

it('takes only tokens that are meant for a configured audience', async () => {
  const { cluster, show } = await bench({ audiences: ['tattle', 'tattle.example'] });
  cluster.tokens.set('meant-for-us-0123', vouched('a', { audiences: ['tattle.example'] }));
  cluster.tokens.set('meant-for-it-0123', vouched('b', { audiences: ['https://kubernetes.default.svc'] }));
  cluster.tokens.set('meant-for-any-012', vouched('c'));
  expect(await show('meant-for-us-0123')).toMatchObject({ name: 'a' });
  expect(await show('meant-for-it-0123')).toBeNull();
  expect(await show('meant-for-any-012')).toBeNull();
  expect(cluster.tokenReviews[0]).toMatchObject({ audiences: ['tattle', 'tattle.example'] });
});

it.each([
  ['not authenticated', { authenticated: false, user: { username: 'alice' } }],
  ['authenticated by a word that is no true', { authenticated: 'true', user: { username: 'alice' } }],
  ['authenticated with an error beside it', vouched('alice', { error: 'the webhook timed out' })],
  ['anonymous', vouched('system:anonymous')],
  ['named with a line break', vouched('alice\nadmin')],
  ['named with an escape sequence', vouched('\u001b[2Jalice')],
  ['named from right to left', vouched('\u202Eecila')],
  ['named with a hidden character', vouched('ali\u200Bce')],
  ['named with half a character', vouched('alice\uD800')],
  ['named without end', vouched('a'.repeat(1025))],
])('vouches for nobody who is %s', async (_, answer) => {
  const { cluster, ask } = await bench();
  allow(cluster, '* events');
  cluster.tokens.set(TOKEN, answer);
  expect(await ask()).toBeNull();
});

it.each(['__proto__', 'constructor', `'; DROP TABLE tokens; --`, '<img src=x>', 'Zoë@例.jp', 'CORP\\alice'])(
  'takes %s as the name that it is',
  async (username) => {
    const { cluster, ask } = await bench();
    cluster.tokens.set(TOKEN, vouched(username, {}));
    expect(await ask()).toEqual({ id: `kubernetes:${username}`, name: username, grants: [] });
    expect(cluster.accessReviews[0]?.user).toBe(username);
  },
);

it.each([
  ['no object', '[]'],
  ['no JSON', `<html>${TOKEN}</html>`],
  ['another kind', JSON.stringify({ kind: 'Status', status: vouched('alice') })],
  ['no status', JSON.stringify({ kind: 'TokenReview' })],
  ['no user', JSON.stringify({ kind: 'TokenReview', status: { authenticated: true } })],
  ['groups that are no list', JSON.stringify({ kind: 'TokenReview', status: odd({ groups: 'system:masters' }) })],
  ['extra that is no map of lists', JSON.stringify({ kind: 'TokenReview', status: odd({ extra: { a: 'b' } }) })],
])('gives nothing on an answer that is %s, and tells no token', async (_, body) => {
  const { cluster, told, ask } = await bench();
  cluster.interfere = (response) => (response.writeHead(200).end(body), true);
  const error = await ask().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(KubernetesUnavailable);
  expect(told.lines).toHaveLength(1);
  expect(`${String(error)}${told.lines.join()}`).not.toContain(TOKEN.slice(0, 8));
});

function odd(user: object): object {
  return { authenticated: true, user: { username: 'alice', ...user } };
}

it('says once in a while which ClusterRole is missing, and gives nothing', async () => {
  const { cluster, told, ask, show, later } = await bench();
  const subject = 'User "system:serviceaccount:ops:tattle" cannot create resource "tokenreviews"';
  cluster.interfere = (response) => (status(response, 403, 'Forbidden', { message: subject }), true);
  expect(await ask()).toBeNull();
  expect(await show('another-token-0123')).toBeNull();
  expect(told.lines).toHaveLength(1);
  expect(told.lines[0]).toContain('name: system:auth-delegator');
  expect(told.lines[0]).toMatch(/namespace: ops\\n {2}name: tattle/);
  later(300_000);
  expect(await ask()).toBeNull();
  expect(told.lines).toHaveLength(2);
});

it('knows who they are but gives nothing where it may not ask what they may', async () => {
  const { cluster, told, ask } = await bench();
  cluster.interfere = (response, { kind }) => kind !== 'TokenReview' && (status(response, 403, 'Forbidden'), true);
  expect((await ask())?.grants).toEqual([]);
  expect(told.lines[0]).toContain('Tattle may not create SubjectAccessReviews');
});

it('repeats nothing of a server that repeats the token', async () => {
  const { cluster, told, ask } = await bench();
  cluster.interfere = (response) => (status(response, 500, TOKEN, { message: `bad: "${TOKEN.slice(4, 20)}"` }), true);
  const error = await ask().catch((thrown: unknown) => thrown);
  expect(`${String(error)}${told.lines.join()}`).not.toMatch(/secret-0/);
  expect(told.lines.join()).toContain('500');
});

it('asks once more after a hiccup', async () => {
  const { cluster, ask } = await bench();
  allow(cluster, '* events');
  let calls = 0;
  cluster.interfere = (response) => {
    calls += 1;
    if (calls === 1) response.destroy();
    else if (calls === 3) status(response, 500, 'InternalError');
    return calls === 1 || calls === 3;
  };
  expect((await ask())?.grants).toHaveLength(1);
});

it('says how long an overloaded server wants to be left alone', async () => {
  const { cluster, ask } = await bench();
  cluster.interfere = (response) => (status(response, 429, 'TooManyRequests', {}, { 'retry-after': '30' }), true);
  await expect(ask()).rejects.toMatchObject({ name: 'KubernetesUnavailable', retryAfterMs: 30_000 });
  expect(cluster.tokenReviews).toHaveLength(1);
});

it('waits for an answer only so long', async () => {
  const { cluster, ask } = await bench({ limits: { questionMs: 150 } });
  cluster.interfere = () => true;
  const began = performance.now();
  await expect(ask()).rejects.toThrow('no answer within 150 ms');
  expect(performance.now() - began).toBeLessThan(3000);
});

it('waits for all that one token takes only so long', async () => {
  const { cluster, names, ask } = await bench({ limits: { tokenMs: 400 } });
  names.push(...Array.from({ length: 500 }, (_, i) => `n${i}`));
  cluster.interfere = () => new Promise((resolve) => setTimeout(resolve, 100, false));
  await expect(ask()).rejects.toThrow('more than 400 ms');
});

it('looks at 5000 namespaces at the most, and says how many it left out', async () => {
  const { told, names, ask } = await bench({ clusters: [generous()] });
  names.push(...Array.from({ length: 5010 }, (_, i) => `n${i}`));
  const scope = (await ask())?.grants[0]?.scope;
  expect(scope).toMatchObject([{ namespaces: { length: 5000 } }]);
  expect(told.lines.join()).toContain('"leftOut":12');
});

/** Lets everybody look into each namespace, without a network. */
function generous(): TrustedCluster {
  const post: TrustedCluster['reviewer']['post'] = async (_, review) => {
    const { kind, spec } = review as { kind: string; spec: AccessSpec };
    if (kind === 'TokenReview') return succeed({ kind, status: vouched('alice') });
    const { resource, namespace } = spec.resourceAttributes;
    return succeed({ kind, status: { allowed: resource === 'events' && namespace !== undefined } });
  };
  return { idPrefix: 'kubernetes:', reviewer: { post }, cluster: () => ({ uid: 'uid-prod', name: 'prod' }) };
}

it('gives no half of a scope when one of many questions has no answer', async () => {
  const { cluster, ask } = await bench();
  allow(cluster, 'shop events', 'other events');
  cluster.interfere = (response, { spec }) => {
    const { namespace } = (spec as { resourceAttributes?: { namespace?: string } }).resourceAttributes ?? {};
    return namespace === 'other' && (status(response, 500, 'InternalError'), true);
  };
  await expect(ask()).rejects.toBeInstanceOf(KubernetesUnavailable);
});

it('lets an earlier answer stand in for looking while the server is away, for 2 min and not longer', async () => {
  const { cluster, ask, later } = await bench();
  allow(cluster, 'shop events', 'shop incidents');
  await ask();
  cluster.interfere = (response) => (status(response, 503, 'ServiceUnavailable'), true);
  later(30_000);
  expect((await ask())?.grants).toEqual([inNamespaces('viewer', 'shop')]);
  const asked = cluster.tokenReviews.length;
  expect((await ask())?.grants).toEqual([inNamespaces('viewer', 'shop')]);
  expect(cluster.tokenReviews).toHaveLength(asked);
  later(89_999);
  expect((await ask())?.grants).toEqual([inNamespaces('viewer', 'shop')]);
  later(1);
  await expect(ask()).rejects.toBeInstanceOf(KubernetesUnavailable);
  cluster.interfere = () => false;
  expect((await ask())?.grants).toEqual([inNamespaces('operator', 'shop')]);
});

it('asks about a thousand namespaces, a few at a time', async () => {
  const { cluster, names, ask } = await bench();
  names.push(...Array.from({ length: 1000 }, (_, i) => `team-${i}`));
  for (const name of names) allow(cluster, `${name} events`);
  allow(cluster, 'team-7 incidents');
  const grants = (await ask())?.grants ?? [];
  expect(grants[0]).toMatchObject({ role: 'viewer', scope: [{ namespaces: expect.arrayContaining(['team-999']) }] });
  expect(grants[1]).toEqual(inNamespaces('operator', 'team-7'));
  expect(cluster.mostAtOnce()).toBeLessThanOrEqual(16);
});

it('asks little about strangers however many there are, and goes on for who was good', async () => {
  const { cluster, ask, show, later } = await bench();
  allow(cluster, 'shop events');
  await ask();
  later(30_000);
  const flood = Array.from({ length: 500 }, (_, i) => show(`stranger-number-${i}`).catch((error: unknown) => error));
  expect((await ask())?.grants).toEqual([inNamespaces('viewer', 'shop')]);
  const ends = await Promise.all(flood);
  expect(ends.filter((end) => end === null).length).toBeLessThanOrEqual(30);
  expect(ends.every((end) => end === null || end instanceof KubernetesUnavailable)).toBe(true);
  expect(cluster.tokenReviews.length).toBeLessThanOrEqual(32);
});

it('shows a second cluster only what the first does not know, and keeps to the one that vouched', async () => {
  const second = await scriptedCluster('stage', 'kubernetes/stage:');
  onTestFinished(() => second[Symbol.asyncDispose]());
  const { cluster, ask, show } = await bench({}, second);
  second.tokens.set('bob-0123456789', vouched('bob'));
  allow(cluster, '* events');
  allow(second, 'shop events');
  expect(await show('bob-0123456789')).toEqual({
    id: 'kubernetes/stage:bob',
    name: 'bob',
    grants: [{ role: 'viewer', scope: [{ cluster: 'uid-stage', namespaces: ['shop'] }] }],
  });
  const seen = second.tokenReviews.length;
  cluster.interfere = (response, { kind }) => kind !== 'TokenReview' && (status(response, 503, 'Away'), true);
  await expect(ask()).rejects.toBeInstanceOf(KubernetesUnavailable);
  expect(second.tokenReviews).toHaveLength(seen);
});

it('calls nobody unknown while a cluster that may know them is away', async () => {
  const second = await scriptedCluster('stage', 'kubernetes/stage:');
  onTestFinished(() => second[Symbol.asyncDispose]());
  const { cluster, show } = await bench({}, second);
  cluster.interfere = (response) => (status(response, 503, 'ServiceUnavailable'), true);
  await expect(show('bob-0123456789')).rejects.toBeInstanceOf(KubernetesUnavailable);
  second.tokens.set('bob-0123456789', vouched('bob'));
  expect(await show('bob-0123456789')).toMatchObject({ id: 'kubernetes/stage:bob' });
});

it('says that it cannot tell before it knows which cluster this is', async () => {
  const { cluster } = await bench();
  const { logger } = quiet();
  const trusted = { ...cluster.trusted, cluster: () => null };
  const access = createKubernetesAccess({
    clusters: [trusted],
    namespaces: () => [],
    clock: new ManualClock(HOUR),
    logger,
  });
  await expect(access.identify(TOKEN)).rejects.toThrow('not reached yet');
  expect(cluster.tokenReviews).toHaveLength(0);
});
