/** Settings that several kinds of channels have, with the same bounds and the same words about what is wrong. */
import { z } from 'zod';
import { endpointOf } from '../../kit/guarded-fetch.ts';
import { compileTemplate } from '../template/template.ts';

export const httpUrl = z
  .string()
  .max(4096)
  .refine(
    (url) => endpointOf(url) !== null,
    'must be http(s)://host/path without credentials in it: give those in their own settings',
  );

export const timeoutSeconds = z
  .number()
  .min(1)
  .max(50)
  .default(15)
  .describe('Seconds for the whole exchange, after which it counts as failed.');

/** Node takes any text for certificates, and then trusts nobody. */
export const ca = z
  .string()
  .regex(/-----BEGIN CERTIFICATE-----/, 'must hold certificates as PEM: -----BEGIN CERTIFICATE-----…')
  .exactOptional()
  .describe('Certificates (PEM) to trust instead of the system’s.');

/** A Liquid template, compiled once to say what is wrong with it. */
export const template = z
  .string()
  .min(1)
  .superRefine((source, context) => {
    const compiled = compileTemplate(source);
    if (!compiled.ok) context.addIssue({ code: 'custom', message: compiled.problem });
  });

/** What people read, instead of Tattle's own words. */
export const wordingSettings = {
  title: template.exactOptional().describe('A Liquid template for the headline, instead of Tattle’s own words.'),
  text: template.exactOptional().describe('A Liquid template for the text below it, instead of Tattle’s own words.'),
};

/** A token or key that travels in a header or in JSON: printable, without blanks. */
export const secretText = z
  .string()
  .max(4096)
  .regex(/^[\x21-\x7e]+$/, 'must be printable characters without blanks');
