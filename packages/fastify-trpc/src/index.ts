export { type DocumentOptions, type SecurityOption, type SecurityScheme, openApiDocument } from './openapi.ts'
export type { OpenApiDocument } from './openapi-types.ts'
export { type Operation, operationsOf } from './procedures.ts'
export { fastifyTrpc } from './plugin.ts'
export { type Problem, sendFastifyError, sendNotFound, sendProblem } from './problem.ts'
export { JsonText, fromJsonText, jsonText } from './json-text.ts'
export { type TrustedOutput, trustedOutput } from './trusted-output.ts'
export type {
  ErrorListener,
  FastifyTrpcOptions,
  FieldError,
  OpenApiMeta,
  ProblemOverrides,
  RestMeta,
  RestOptions,
  RpcOptions,
  TrpcRouteConfig,
} from './types.ts'
