export { type DocumentOptions, openApiDocument } from './openapi.ts'
export type { OpenApiDocument } from './openapi-types.ts'
export { type Operation, operationsOf } from './procedures.ts'
export { fastifyTrpc } from './plugin.ts'
export { type Problem, sendFastifyError, sendNotFound, sendProblem } from './problem.ts'
export type {
  FastifyTrpcOptions,
  FieldError,
  ProblemOverrides,
  RestMeta,
  RestOptions,
  RpcOptions,
  TrpcRouteConfig,
} from './types.ts'
