/** Shapes on the wire, shared by the server, the command line and any client. */
export * from './access.ts';
export * from './audit.ts';
export * from './change.ts';
export * from './delivery.ts';
export * from './endpoint.ts';
export * from './endpoints/index.ts';
export * from './event.ts';
export * from './evidence.ts';
export * from './incident.ts';
export * from './incident-act.ts';
export * from './place-timeline.ts';
export * from './problem.ts';
export * from './settings.ts';
export * from './status.ts';
export * from './stream.ts';
