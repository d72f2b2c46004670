/** Every path of the API that programs use. */
import { accessEndpoints } from './access.ts';
import { auditEndpoints } from './audit.ts';
import { channelEndpoints } from './channels.ts';
import { deliveryEndpoints } from './deliveries.ts';
import { eventEndpoints } from './events.ts';
import { incidentEndpoints } from './incidents.ts';
import { intakeEndpoints } from './intake.ts';
import { interactionEndpoints } from './interactions.ts';
import { liveEndpoints } from './live.ts';
import { placeEndpoints } from './places.ts';
import { settingsEndpoints } from './settings.ts';
import { sinkEndpoints } from './sinks.ts';
import { statusEndpoints } from './status.ts';
import { tellingEndpoints } from './telling.ts';

export const endpoints = {
  ...incidentEndpoints,
  ...eventEndpoints,
  ...placeEndpoints,
  ...liveEndpoints,
  ...intakeEndpoints,
  ...interactionEndpoints,
  ...deliveryEndpoints,
  ...tellingEndpoints,
  ...channelEndpoints,
  ...sinkEndpoints,
  ...settingsEndpoints,
  ...statusEndpoints,
  ...accessEndpoints,
  ...auditEndpoints,
};
export type EndpointName = keyof typeof endpoints;
