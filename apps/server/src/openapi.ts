import { appRouter } from '@todo/api'
import { type OpenApiDocument, openApiDocument } from 'fastify-trpc'
import { REFRESH_COOKIE } from './http/refresh-cookie.ts'
import { API_PREFIX, REST_OPTIONS } from './http/rest-options.ts'

/** The OpenAPI document of the REST door. */
export function todoDocument(version: string): OpenApiDocument {
  return openApiDocument(appRouter, {
    title: 'Todo',
    version,
    description: [
      'A multi-user todo service. The same operations are served as tRPC under `/trpc` and by the SDK `@todo/client`.',
      '',
      '**Begin**: sign up, log in, press *Authorize* and paste the `accessToken`.',
      '',
      '**Errors** are `application/problem+json` (RFC 9457); `code` is stable, `errors` names the members of the input that are wrong. What belongs to somebody else does not exist: 404.',
      '',
      '**Consistency**: where the service reads from replicas, answers carry a `Consistency-Token`. Who sends the greatest that they got with each request never reads older than what they have written or seen. Browsers on the same origin do so by a cookie, the SDK by itself.',
      '',
      '**Versions**: what has a `version` is answered with it as `ETag`. `If-None-Match` gives 304; `If-Match` on a write gives 412 when somebody was faster.',
    ].join('\n'),
    contact: { name: 'The Todo authors' },
    license: { name: 'MIT', identifier: 'MIT' },
    serverUrl: API_PREFIX,
    security: {
      name: 'bearerAuth',
      scheme: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'The `accessToken` of a log-in; 15 minutes',
      },
    },
    otherSecurity: [
      {
        name: 'refreshCookie',
        scheme: {
          type: 'apiKey',
          in: 'cookie',
          name: REFRESH_COOKIE,
          description: 'The refresh token of a log-in in mode `cookie`; browsers send it by themselves',
        },
      },
    ],
    tags: [
      { name: 'auth', description: 'Sign up, log in, refresh, log out' },
      { name: 'me', description: 'The account that is logged in' },
      { name: 'sessions', description: 'Its log-ins' },
      { name: 'lists', description: 'Lists of todos' },
      { name: 'todos', description: 'Todos: read, search, write, trash' },
      { name: 'labels', description: 'Labels that todos can carry' },
      { name: 'changes', description: 'The log of everything that happened' },
    ],
    ...REST_OPTIONS,
    commonHeaders: [
      {
        name: 'Consistency-Token',
        request: 'The newest that you got; no answer is then older than what you have written and seen',
        response:
          'What this answer has seen, where the service reads from replicas. Tokens are ordered as text: keep the greatest',
      },
    ],
    protectedErrors: ['TOKEN_MISSING', 'TOKEN_INVALID', 'TOKEN_EXPIRED', 'SESSION_ENDED'],
    commonErrors: ['INTERNAL_SERVER_ERROR', 'DATABASE_UNAVAILABLE'],
  })
}
