import type { FastifyBaseLogger, FastifyServerOptions } from 'fastify'

const METHODS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent', 'child'] as const

type Methods = Record<(typeof METHODS)[number], (...args: unknown[]) => unknown>

/** A child of a logger that is made when it is used first. */
class LateChild {
  readonly #parent: FastifyBaseLogger
  readonly #make: () => FastifyBaseLogger
  #child: FastifyBaseLogger | undefined

  constructor(parent: FastifyBaseLogger, make: () => FastifyBaseLogger) {
    this.#parent = parent
    this.#make = make
  }

  get level(): string {
    return this.#parent.level
  }

  static {
    for (const method of METHODS) {
      Object.defineProperty(this.prototype, method, {
        value(this: LateChild, ...args: unknown[]) {
          this.#child ??= this.#make()
          return (this.#child as unknown as Methods)[method](...args)
        },
      })
    }
  }
}

/**
 * Fastify gives each request a logger of its own. Most write nothing with it, and to make it takes a twelfth of a
 * write's time (docs/adr/0009-where-the-time-goes.md).
 */
export const lateChild: NonNullable<FastifyServerOptions['childLoggerFactory']> = (
  logger,
  bindings,
  options,
) => new LateChild(logger, () => logger.child(bindings, options)) as unknown as FastifyBaseLogger
