export { type DocumentOptions, type SecurityOption, openApiDocument } from './openapi.ts'
export type { OpenApiDocument } from './openapi-types.ts'
export { type Operation, operationsOf } from './procedures.ts'
export { fastifyTrpc } from './plugin.ts'
export { type Problem, sendFastifyError, sendNotFound, sendProblem } from './problem.ts'
export type {
  ErrorListener,
  FastifyTrpcOptions,
  FieldError,
  ProblemOverrides,
  RestMeta,
  RestOptions,
  RpcOptions,
  TrpcRouteConfig,
} from './types.ts'
