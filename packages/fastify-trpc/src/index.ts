export { openApiDocument } from './openapi/document.ts'
export type { DocumentOptions, SecurityOption, SecurityScheme } from './openapi/options.ts'
export type { OpenApiDocument } from './openapi/types.ts'
export { type Operation, operationsOf, pathParametersOf } from './shared/operations.ts'
export { BUILT_IN_ERRORS, type BuiltInCode, type ErrorCatalogue } from './shared/built-in-errors.ts'
export { type InputProblem, inputProblemOf } from './shared/input-problem.ts'
export { fastifyTrpc } from './plugin.ts'
export { type Problem, sendFastifyError, sendNotFound, sendProblem } from './shared/problem.ts'
export { type TrustedOutput, trustedOutput } from './shared/trusted-output.ts'
export type {
  ErrorListener,
  FastifyTrpcOptions,
  FieldError,
  OpenApiMeta,
  ProcedureMeta,
  ProblemOverrides,
  RestMeta,
  RestOptions,
  RpcOptions,
  TrpcRouteConfig,
} from './types.ts'
