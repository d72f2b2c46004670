/** Every path of the API that programs use. */
import { accessEndpoints } from './access.ts';
import { auditEndpoints } from './audit.ts';
import { deliveryEndpoints } from './deliveries.ts';
import { eventEndpoints } from './events.ts';
import { incidentEndpoints } from './incidents.ts';
import { liveEndpoints } from './live.ts';
import { placeEndpoints } from './places.ts';
import { settingsEndpoints } from './settings.ts';
import { statusEndpoints } from './status.ts';

export const endpoints = {
  ...incidentEndpoints,
  ...eventEndpoints,
  ...placeEndpoints,
  ...liveEndpoints,
  ...deliveryEndpoints,
  ...settingsEndpoints,
  ...statusEndpoints,
  ...accessEndpoints,
  ...auditEndpoints,
};
export type EndpointName = keyof typeof endpoints;
