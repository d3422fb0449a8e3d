import { appRouter } from '@todo/api'
import { type OpenApiDocument, openApiDocument } from 'fastify-trpc'
import { REFRESH_COOKIE } from './http/refresh-cookie.ts'
import { PATHS } from './http/paths.ts'
import { REST_OPTIONS } from './http/rest-options.ts'

/** The OpenAPI document of the REST interface. */
export function todoDocument(version: string): OpenApiDocument {
  return openApiDocument(appRouter, {
    title: 'Todo',
    version,
    description: [
      `A multi-user todo service. The same operations are available as tRPC under \`${PATHS.rpc}\` and through the SDK \`@todo/client\`.`,
      '',
      '**Getting started**: sign up, log in, press *Authorize* and paste the `accessToken`.',
      '',
      '**Errors** are `application/problem+json` (RFC 9457); `code` is stable, and `errors` lists the invalid fields. Resources of other users give 404, as if they did not exist.',
      '',
      '**Consistency**: if the service reads from replicas, responses have a `Consistency-Token` header. With each request, send the greatest token you have received: reads will not be older than what you have written or seen. The SDK does this for you, and browsers on the same origin do it with a cookie.',
      '',
      '**Versions**: the `ETag` of a resource is its `version`. `If-None-Match` on a read gives 304 if the resource has not changed. `If-Match` on a write gives 412 if the resource has changed since you read it.',
    ].join('\n'),
    contact: { name: 'The Todo authors' },
    license: { name: 'MIT', identifier: 'MIT' },
    serverUrl: PATHS.rest,
    security: {
      name: 'bearerAuth',
      scheme: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'The `accessToken` from a log-in, valid for 15 minutes',
      },
    },
    otherSecurity: [
      {
        name: 'refreshCookie',
        scheme: {
          type: 'apiKey',
          in: 'cookie',
          name: REFRESH_COOKIE,
          description: 'The refresh token from a log-in in mode `cookie`; browsers send it automatically',
        },
      },
    ],
    tags: [
      { name: 'auth', description: 'Sign up, log in, refresh, log out' },
      { name: 'me', description: 'The account you are logged in to' },
      { name: 'sessions', description: 'The sessions of the account: one per log-in' },
      { name: 'lists', description: 'Lists of todos' },
      { name: 'todos', description: 'Todos: read, search, change, delete and restore' },
      { name: 'labels', description: 'Labels for todos' },
      { name: 'changes', description: 'The log of all changes to the account, for clients that keep a copy' },
    ],
    ...REST_OPTIONS,
    commonHeaders: [
      {
        name: 'Consistency-Token',
        request:
          'The greatest token you have received: the response will not be older than what you have written or seen',
        response:
          'Sent if the service reads from replicas. Compare tokens as strings, keep the greatest, and send it with each request',
      },
    ],
    protectedErrors: ['TOKEN_MISSING', 'TOKEN_INVALID', 'TOKEN_EXPIRED', 'SESSION_ENDED'],
    commonErrors: ['INTERNAL_SERVER_ERROR', 'DATABASE_UNAVAILABLE'],
  })
}
