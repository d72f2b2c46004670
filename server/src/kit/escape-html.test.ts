import { expect, it } from 'vitest';
import { escapeHtml } from './escape-html.ts';

it('leaves no character that ends a text, an attribute or an entity', () => {
  expect(escapeHtml(`<a b="c" d='e'>&amp;</a>`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;&lt;/a&gt;');
});

it('leaves every other text as it is', () => {
  expect(escapeHtml('ä 日本 {{x}} `y` \u202e')).toBe('ä 日本 {{x}} `y` \u202e');
});
