import { type AnyTRPCRouter, initTRPC } from '@trpc/server'
import { JsonText } from '../shared/json-text.ts'

/** What a router has that is given no transformer. */
export const PLAIN_TRANSFORMER = initTRPC.create()._config.transformer

/** The router, with a transformer that finds values where outputs are JSON text. */
export function withReadableOutputs(router: AnyTRPCRouter): AnyTRPCRouter {
  const { _def } = router
  const { input, output } = _def._config.transformer
  if (_def._config.transformer === PLAIN_TRANSFORMER) return router
  const transformer = {
    input,
    output: {
      serialize: (value: unknown): unknown => output.serialize(readable(value)),
      deserialize: (value: unknown): unknown => output.deserialize(value),
    },
  }
  return { ...router, _def: { ..._def, _config: { ..._def._config, transformer } } }
}

type Part = [index: number, status: number, encoded: [[output: unknown]]]

/** An output, or the part of a stream that holds it. Others stay the same objects, which some transformers tell apart. */
function readable(value: unknown): unknown {
  if (value instanceof JsonText) return value.toJSON()
  if (!Array.isArray(value)) return value
  const [index, status, encoded] = value as Partial<Part>
  const output = encoded?.[0]?.[0]
  return output instanceof JsonText ? [index, status, [[output.toJSON()]]] : value
}
