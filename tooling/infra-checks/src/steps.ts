/** The steps of a verification: each prints its result, and the last line counts them. */
export type Steps = {
  /** Runs a step and prints what it returns. @returns true if it succeeded */
  step: (what: string, work: () => Promise<string | void>) => Promise<boolean>
  skip: (what: string, why: string) => void
  /** Prints the counts and sets the exit code. */
  end: () => void
}

export function startSteps(): Steps {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  return {
    async step(what, work) {
      const from = performance.now()
      try {
        const result = await work()
        counts.passed += 1
        console.log(`✓ ${what}${result ? `: ${result}` : ''} (${seconds(performance.now() - from)})`)
        return true
      } catch (error) {
        counts.failed += 1
        console.log(`✗ ${what}: ${explain(error)}`)
        return false
      }
    },
    skip(what, why) {
      counts.skipped += 1
      console.log(`- ${what}: skipped, ${why}`)
    },
    end() {
      const { passed, failed, skipped } = counts
      if (failed > 0 || passed === 0) process.exitCode = 1
      console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
    },
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${explain(error.cause)}`
}

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

export function must(condition: boolean, message: string): void {
  if (!condition) throw new Error(message)
}
