import type { WireDelivery } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { filterIn, filterWords } from './delivery-filter.ts';
import { aboutWords, canReplay, isDue, lastWords } from './delivery-words.ts';

const DELIVERY: WireDelivery = {
  id: 'd1',
  channel: 'webhook',
  incidentId: 'i1',
  incidentTitle: null,
  noticeId: 'msg_1',
  notice: 'opened',
  status: 'dead',
  attempts: 3,
  createdAt: '2026-02-01T12:00:00.000Z',
  nextAttemptAt: null,
  deliveredAt: null,
  lastError: null,
  lastStatusCode: null,
};
const filter = (query: string) => filterIn(new URLSearchParams(query));

describe('which deliveries are asked for', () => {
  it('is what the address says', () => {
    expect(filter('status=dead&status=disabled&channel=n8n&notice=worse&from=now-1d&open=d1')).toEqual({
      id: [],
      status: ['dead', 'disabled'],
      channel: 'n8n',
      notice: 'worse',
      from: 'now-1d',
    });
  });

  it('is all without a filter, and with one that makes no sense', () => {
    expect(filter('')).toEqual({ id: [], status: [] });
    expect(filter('status=lost&notice=&channel=&from=')).toEqual({ id: [], status: [] });
  });

  it('has words, for a filter that hides everything', () => {
    expect(filterWords(filter(''))).toBe('');
    expect(filterWords(filter('status=dead&status=disabled&channel=n8n&notice=worse&from=now-1d'))).toBe(
      'given up or channel gone, to n8n, with the notice “Got worse”, in the last day',
    );
    expect(filterWords(filter('incident=i1'))).toBe('about one incident');
    expect(filterWords(filter('from=2026-01-01T00:00:00Z&to=now&id=x'))).toBe(
      'since 2026-01-01T00:00:00Z, until now, of one id',
    );
  });
});

describe('a delivery', () => {
  it('can be sent again once it is over, unless it was never to be sent', () => {
    const able = (['pending', 'delivered', 'dead', 'suppressed', 'disabled'] as const).map((status) =>
      canReplay({ status }),
    );
    expect(able).toEqual([false, true, true, false, true]);
  });

  it('is due once its time has come', () => {
    const at = (nextAttemptAt: string | null) => isDue({ nextAttemptAt }, Date.parse('2026-02-01T12:00:00.000Z'));
    expect(at('2026-02-01T12:00:00.000Z')).toBe(true);
    expect(at('2026-02-01T12:00:00.001Z')).toBe(false);
    expect(at(null)).toBe(false);
  });

  it('says what it is about where that is no one incident', () => {
    expect(aboutWords(DELIVERY)).toBeNull();
    expect(aboutWords({ incidentId: null, notice: 'test' })).toBe('A test of the channel');
    expect(aboutWords({ incidentId: null, notice: 'digest' })).toBe('Several incidents in one message');
  });

  it('says what the channel answered, once', () => {
    expect(lastWords(DELIVERY)).toBe('');
    expect(lastWords({ ...DELIVERY, lastError: 'HTTP 503', lastStatusCode: 503 })).toBe('HTTP 503');
    expect(lastWords({ ...DELIVERY, lastError: 'not active', lastStatusCode: 404 })).toBe('HTTP 404: not active');
    expect(lastWords({ ...DELIVERY, lastError: 'connection refused' })).toBe('connection refused');
  });
});
