declare module 'virtual:endpoint-paths' {
  import type { EndpointName, Method } from '@tattle/contract';
  export const endpointPaths: Readonly<Record<EndpointName, readonly [Method, string]>>;
}
