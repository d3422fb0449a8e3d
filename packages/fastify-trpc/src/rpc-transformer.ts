import { type AnyTRPCRouter, initTRPC } from '@trpc/server'
import { fromJsonText } from './json-text.ts'

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

// The parts of a stream are lists in lists, one of which holds the output.
function readable(value: unknown): unknown {
  return Array.isArray(value) ? value.map(readable) : fromJsonText(value)
}
