import { describe, expect, it } from 'vitest';
import { cleared, eventQuery, termsOf, toggled, withoutField, withWords, wordsOf } from './terms.ts';

const query = (text: string) => new URLSearchParams(text);
const shop = { field: 'namespace', value: 'shop', negated: false };
const notShop = { ...shop, negated: true };

describe('the question to the API', () => {
  it('has the parameters of the address by their own names, repeated ones as a list', () => {
    expect(eventQuery(query('namespace=a&namespace=!b&q=x&from=now-1h&event=123&live=off'))).toEqual({
      namespace: ['a', '!b'],
      q: 'x',
      from: 'now-1h',
    });
  });

  it('keeps an empty value, which is one, and leaves out an empty search', () => {
    expect(eventQuery(query('namespace=&q=&from='))).toEqual({ namespace: [''] });
  });
});

describe('what is filtered by', () => {
  it('is read of the parameters and of the search, each once', () => {
    expect(termsOf(query('namespace=shop&q=namespace:shop+-reason:Pulled+oops'))).toEqual([
      shop,
      { field: 'reason', value: 'Pulled', negated: true },
    ]);
    expect(wordsOf(query('q=namespace:shop+"two words"'))).toEqual(['two words']);
  });

  it('takes a label that begins with ! as it stands, since labels cannot be negated', () => {
    expect(termsOf(query('label=!a=b'))).toEqual([{ field: 'label', value: '!a=b', negated: false }]);
  });
});

describe('a value that is pressed', () => {
  it('is added, and taken away when it is pressed again', () => {
    const once = toggled(query('q=x&event=1'), shop);
    expect(once.toString()).toBe('q=x&event=1&namespace=shop');
    expect(toggled(once, shop).toString()).toBe('q=x&event=1');
  });

  it('takes the place of its opposite', () => {
    expect(toggled(query('namespace=shop'), notShop).getAll('namespace')).toEqual(['!shop']);
    expect(toggled(query('q=-namespace:shop+oops'), shop).toString()).toBe('q=oops&namespace=shop');
  });

  it('is found in the search as well, wherever it was written', () => {
    expect(toggled(query('q=namespace:shop+oops'), shop).toString()).toBe('q=oops');
    expect(toggled(query('q=namespace:shop'), shop).toString()).toBe('');
  });

  it('leaves other values of the same field', () => {
    expect(toggled(query('namespace=a&namespace=shop'), shop).getAll('namespace')).toEqual(['a']);
  });

  it('may be empty, and left out', () => {
    const none = { field: 'namespace', value: '', negated: true };
    expect(toggled(query(''), none).getAll('namespace')).toEqual(['!']);
    expect(termsOf(query('namespace=!'))).toEqual([none]);
  });

  it('survives the address whatever it holds', () => {
    const value = '<b>&=+%00 ‮x "quoted" 🎉';
    const next = toggled(query(''), { field: 'reason', value, negated: false });
    expect(termsOf(query(next.toString()))[0]?.value).toBe(value);
  });
});

it('clears a field in the parameters and in the search', () => {
  expect(withoutField(query('reason=A&reason=!B&q=reason:C+x&from=now-1h'), 'reason').toString()).toBe(
    'q=x&from=now-1h',
  );
});

it('clears all, and leaves the range of time and what is open', () => {
  expect(cleared(query('reason=A&q=oops&from=now-1h&event=1')).toString()).toBe('from=now-1h&event=1');
});

it('sets and removes the search', () => {
  expect(withWords(query('q=a&kind=Pod'), ' b ').toString()).toBe('q=b&kind=Pod');
  expect(withWords(query('q=a'), ' ').toString()).toBe('');
});
