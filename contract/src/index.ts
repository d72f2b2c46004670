/** Shapes on the wire, shared by the server, the command line and any client. */
export * from './delivery.ts';
export * from './event.ts';
export * from './incident.ts';
export * from './problem.ts';
export * from './settings.ts';
export * from './status.ts';
