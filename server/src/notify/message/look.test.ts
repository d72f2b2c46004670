import { describe, expect, it } from 'vitest';
import { aDiagnosis, aDigest, anIncident, aNotice, noticesOfEveryKind } from '../testing/notices.ts';
import { colourOf, factLine, forChat, inShort, moreLine, symbolOf } from './look.ts';
import { writeMessage } from './write-message.ts';

const write = (notice: Parameters<typeof writeMessage>[0]) => writeMessage(notice, () => null);

describe('how a message looks', () => {
  it('goes by how bad it is, and is green when it is over', () => {
    const symbols = Object.entries(noticesOfEveryKind()).map(([kind, notice]) => [kind, symbolOf(write(notice))]);
    expect(Object.fromEntries(symbols)).toMatchObject({
      opened: '🔴',
      worse: '🔴',
      resolved: '🟢',
      test: '🔵',
      digest: '🔴',
    });
    const mild = write(aNotice({ incident: anIncident({ severity: 'medium' }) }));
    expect(symbolOf(mild)).toBe('🟠');
    expect(
      new Set([mild, write(aNotice()), write(noticesOfEveryKind().resolved ?? aDigest())].map(colourOf)).size,
    ).toBe(3);
  });

  it('in short is what broke and why', () => {
    const message = write(aNotice({ diagnosis: aDiagnosis() }));
    expect(inShort(message.headline, message, 60)).toBe('Broken: CrashLoopBackOff of Deployment shop/cart. The varia…');
    expect(inShort('Title', write(aDigest()), 60)).toBe('Title');
  });

  it('says facts on a line, and how many more there are', () => {
    expect(factLine(write(aDigest()))).toBe('From 2026-11-20 23:44:00 UTC · To 2026-11-21 07:44:00 UTC');
    expect(moreLine(write(aDigest()))).toBeNull();
    expect(moreLine(write(aDigest({ incidents: 2000 })))).toBe('and 1,997 more');
  });

  it('has three steps and two commands at the most in a chat', () => {
    const many = Array.from({ length: 9 }, (_, index) => `step ${index}`);
    const { nextSteps, commands } = forChat(
      write(aNotice({ diagnosis: aDiagnosis({ nextSteps: many, commands: many }) })),
    );
    expect(nextSteps).toEqual(['step 0', 'step 1', 'step 2']);
    expect(commands).toEqual(['step 0', 'step 1']);
  });
});
