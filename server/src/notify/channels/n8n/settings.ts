/** What can be set for n8n: the address of a workflow's webhook, and how messages are signed. */
import { z } from 'zod';
import { endpointSettings } from '../webhook/settings.ts';

export const n8nSettings = z.strictObject({ type: z.literal('n8n'), ...endpointSettings });

export type N8nSettings = z.output<typeof n8nSettings>;
