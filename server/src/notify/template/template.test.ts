import { describe, expect, it } from 'vitest';
import { HOSTILE_TEXTS, hostileNotices } from '../testing/hostile-notices.ts';
import { aDiagnosis, aDigest, aNotice } from '../testing/notices.ts';
import { writeMessage } from '../message/write-message.ts';
import type { Notice } from '../../model/delivery.ts';
import { compileTemplate, templateValues } from './template.ts';

const linkTo = (id: string) => `https://tattle.example/incidents/${id}`;
const valuesOf = (notice: Notice) => templateValues(notice, writeMessage(notice, linkTo), linkTo);
const OPENED = valuesOf(aNotice({ diagnosis: aDiagnosis() }));

function renderOf(source: string, values = OPENED, escape?: (text: string) => string): string {
  const compiled = compileTemplate(source, escape);
  if (!compiled.ok) return `wrong: ${compiled.problem}`;
  const rendered = compiled.render(values);
  return rendered.ok ? rendered.text : `failed: ${rendered.problem}`;
}

describe('a template', () => {
  it('writes what it is given of an incident, its diagnosis, its message', () => {
    const source =
      '{{ incident.severity | upcase }} {{ incident.root.name }}: {{ diagnosis.cause }} on {{ cluster.name }} ({{ message.headline }}) {{ incident.url }}';
    expect(renderOf(source)).toBe(
      'HIGH cart: missing-configuration on homelab (Broken: CrashLoopBackOff of Deployment shop/cart) https://tattle.example/incidents/inc_1',
    );
  });

  it('writes a digest', () => {
    const source =
      '{{ digest.incidents }} {{ digest.occasion }}:{% for line in digest.lines %} {{ line.title }};{% endfor %}';
    expect(renderOf(source, valuesOf(aDigest()))).toMatch(/^3 overnight: CrashLoopBackOff of .* shop\/mail;$/);
  });

  it('leaves out what is not there, and tells what it does not know with its line', () => {
    expect(renderOf('[{{ nobody.knows[3].this }}]')).toBe('[]');
    expect(renderOf('one\n{{ incident.title | shout }}')).toBe('wrong: undefined filter: shout, line:2, col:1');
    expect(renderOf('{% if incident %}')).toMatch(/^wrong: tag .* not closed, line:1/);
    expect(renderOf('{% exec "ls" %}')).toMatch(/^wrong: tag "exec" not found, line:1/);
  });

  it('escapes values, but neither its own text nor what it says is raw', () => {
    const escape = (text: string) => text.replaceAll('.', '\\.');
    const source = 'A. {{ diagnosis.explanation }} {{ diagnosis.explanation | raw }} {{ nothing }}{{ incident.root }}';
    expect(renderOf(source, OPENED, escape)).toBe(
      'A. The variable REDIS_URL is missing\\. The variable REDIS_URL is missing. {"kind":"Deployment","namespace":"shop","name":"cart","uid":"deployment-uid-1"}',
    );
  });

  it('writes values as they are, never as templates', () => {
    const text = HOSTILE_TEXTS['a template'] ?? '';
    const [notice] = hostileNotices(text);
    if (notice === undefined) throw new Error('there is none');
    expect(renderOf('{{ incident.title }}', valuesOf(notice))).toBe(text);
  });
});

describe('a hostile template', () => {
  const doubling = (times: number) =>
    `{% capture a %}xxxxxxxxxxxxxxxx{% endcapture %}{% for i in (1..${times}) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}{{ a | upcase | size }}`;

  const nested = `{% assign l = "a,b" | split: "," %}{% for i in (1..30) %}{% assign l = l | push: l | push: l %}{% endfor %}`;

  it.each([
    ['writes a list that holds itself over and over', `${nested}{{ l }}`],
    ['joins one', `${nested}{{ l | join }}`],
    ['compares one', `${nested}{% if l == l %}{{ l | json }}{% endif %}`],
    ['counts to one', `${nested}{% for i in incident limit: l %}{% endfor %}`],
    [
      'groups groups',
      '{% assign l = "a,b" | split: "," %}{% for i in (1..40) %}{% assign l = l | group_by: "x" %}{% assign l = l | concat: l %}{% endfor %}{{ l }}',
    ],
    [
      'joins a long text with itself',
      `{% assign s = "${'x'.repeat(1000)}" %}{% assign l = s | split: "," %}{% for i in (1..18) %}{% assign l = l | concat: l %}{% endfor %}{{ l | join | size }}`,
    ],
    [
      'walks a list for each of its items',
      `{% assign s = "x" %}{% for i in (1..13) %}{% assign s = s | append: s %}{% endfor %}{% assign l = s | split: "" | where_exp: "x", "l contains 'q'" %}`,
    ],
    ['loops for ever', '{% for i in (1..9999999999) %}x{% endfor %}'],
    [
      'loops within loops',
      '{% for i in (1..9999) %}{% for j in (1..9999) %}{% for k in (1..9999) %}{% endfor %}{% endfor %}{% endfor %}',
    ],
    ['draws a table', '{% tablerow i in (1..4000000) %}x{% endtablerow %}'],
    ['doubles what it captured', doubling(24)],
    ['doubles it even more', doubling(400)],
    [
      'doubles a variable',
      '{% assign a = "xxxxxxxx" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a }}',
    ],
    ['pads a date', '{{ "2020-01-01" | date: "%999999999Y" }}'],
    ['writes a flood', `{% for i in (1..1000) %}${'x'.repeat(2000)}{% endfor %}`],
    ['nests without end', `${'{% if true %}'.repeat(4000)}${'{% endif %}'.repeat(4000)}${'{{ '.repeat(100)}`],
    ['is too long', 'x'.repeat(65_537)],
    ['reads a file', '{% include "/etc/passwd" %}'],
    ['renders a file', '{% render "../../../../etc/passwd" %}'],
    ['is laid out by a file', '{% layout "/etc/passwd" %}'],
  ])('that %s comes to a quick end, which is a value', (_, source) => {
    const before = performance.now();
    expect(renderOf(source).slice(0, 200)).toMatch(/^(wrong|failed): /);
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it('escapes what filters make of a value, whatever they are called', () => {
    const escape = (text: string) => text.replaceAll('.', '!');
    expect(renderOf('{{ diagnosis.explanation | split: "." | join: "." }}', OPENED, escape)).not.toContain('.');
    expect(renderOf('{{ "a.b" | raw }}', OPENED, escape)).toBe('a.b');
    expect(renderOf('{{ "b,a" | split: "," | sort | join: "." | upcase }}')).toBe('A.B');
    expect(renderOf('{{ evidence | where: "kind", "log" | map: "container" | first }}')).toBe('cart');
  });

  it('reaches nothing but the values', () => {
    const source =
      '{{ incident.constructor }}{{ incident.__proto__ }}{{ incident.title.constructor }}{{ constructor }}{{ process }}{{ globalThis }}{{ incident | map: "constructor" }}{{ evidence.map }}';
    expect(renderOf(source)).toBe('');
  });

  it('cannot change what another one sees', () => {
    const values = valuesOf(aNotice());
    expect(renderOf('{% assign incident = "gone" %}{{ incident }}', values)).toBe('gone');
    expect(renderOf('{{ incident.id }}', values)).toBe('inc_1');
  });
});
