/** What is masked only where somebody asks for it: e-mail addresses, card numbers, IP addresses, image paths and node names. */
import { isAlphanumeric, runEnd, runStart } from './redaction-chars.ts';
import type { Finder, Span } from './redaction-spans.ts';

const isLocalPart = (code: number): boolean =>
  isAlphanumeric(code) || code === 46 || code === 95 || code === 37 || code === 43 || code === 45;
const isHostChar = (code: number): boolean => isAlphanumeric(code) || code === 46 || code === 45;

export const findEmails: Finder = (text, found) => {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const start = runStart(text, at, isLocalPart, Math.max(0, at - 64));
    const end = trimDots(text, at + 1, runEnd(text, at + 1, isHostChar, at + 254));
    if (start < at && /\.[A-Za-z]{2,24}$/.test(text.slice(at + 1, end))) found.push({ start, end, label: 'email' });
  }
};

function trimDots(text: string, start: number, end: number): number {
  let trimmed = end;
  while (trimmed > start && (text[trimmed - 1] === '.' || text[trimmed - 1] === '-')) trimmed--;
  return trimmed;
}

/** 13 to 19 digits, with single blanks or dashes between, that pass the Luhn check and begin as issuers' numbers do. */
export const findCards: Finder = (text, found) => {
  const candidate = /\d(?:[ -]?\d){11,29}/g;
  for (let hit = candidate.exec(text); hit !== null; hit = candidate.exec(text)) {
    const digits = hit[0].replace(/[ -]/g, '');
    const inWord = hit.index > 0 && isAlphanumeric(text.charCodeAt(hit.index - 1));
    const plausible = digits.length >= 13 && digits.length <= 19 && /^[2-6]/.test(digits);
    if (plausible && !inWord && passesLuhn(digits)) {
      found.push({ start: hit.index, end: hit.index + hit[0].length, label: 'card' });
    }
  }
};

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

export const findAddresses: Finder = (text, found) => {
  const v4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]\d)/g;
  const v6 = /(?<![A-Za-z0-9:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![A-Za-z0-9:])/g;
  for (const hit of text.matchAll(v4)) {
    if (hit[0].split('.').every((part) => Number(part) <= 255)) push(found, hit.index, hit[0], 'ip');
  }
  for (const hit of text.matchAll(v6)) {
    // 12:30:45 is a time of day; an address is whole or shortened by `::`.
    if (hit[0].length > 2 && (hit[0].includes('::') || hit[0].split(':').length === 8))
      push(found, hit.index, hit[0], 'ip');
  }
};

/** Images with a registry host or a tag or digest, and whatever Kubernetes quotes after the word image. */
export const findImages: Finder = (text, found) => {
  const path =
    /(?<![A-Za-z0-9/._:@-])[a-z0-9][A-Za-z0-9.-]{0,128}(?::\d{1,5})?(?:\/[a-z0-9._-]{1,128}){1,8}(?::[A-Za-z0-9._-]{1,128})?(?:@sha256:[a-f0-9]{64})?/g;
  for (const hit of text.matchAll(path)) {
    const host = hit[0].slice(0, hit[0].indexOf('/'));
    const tagged = /[:@]/.test(hit[0].slice(host.length));
    if (tagged || /[.:]/.test(host)) push(found, hit.index, hit[0], 'image');
  }
  for (const hit of text.matchAll(/\bimage:? \\?"([^"\s\\]{1,300})/gi)) {
    const name = hit[1] ?? '';
    push(found, hit.index + hit[0].length - name.length, name, 'image');
  }
};

/** The names of nodes as the cluster knows them now: a node's name looks like any other word. */
export function nodeNameFinder(isNode: (name: string) => boolean): Finder {
  return (text, found) => {
    for (let at = 0; at < text.length; at++) {
      if (!isAlphanumeric(text.charCodeAt(at))) continue;
      const end = runEnd(text, at, isHostChar);
      const trimmed = trimDots(text, at, end);
      if (trimmed - at <= 253 && isNode(text.slice(at, trimmed)))
        found.push({ start: at, end: trimmed, label: 'node' });
      at = end;
    }
  };
}

function push(found: Span[], start: number, text: string, label: string): void {
  found.push({ start, end: start + text.length, label });
}
