/** What each endpoint of the contract takes and answers, as the pages see it: types alone, nothing of them is in the bundle. */
import type { AnswerOf, BodyInputOf, EndpointName, endpoints, ParamsOf, QueryInputOf } from '@tattle/contract';

type Endpoints = typeof endpoints;

export interface CallOf<Name extends EndpointName> {
  readonly params?: ParamsOf<Endpoints[Name]>;
  readonly query?: QueryInputOf<Endpoints[Name]>;
  readonly body?: BodyInputOf<Endpoints[Name]>;
}

export type Answer<Name extends EndpointName> = AnswerOf<Endpoints[Name]>;
export type Query<Name extends EndpointName> = QueryInputOf<Endpoints[Name]>;
