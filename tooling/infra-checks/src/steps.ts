/** Steps of a command that verifies something for real, each told as it ends; the last line counts them. */
export type Steps = {
  /** Runs one; what it returns is told. @returns whether it succeeded */
  step: (what: string, work: () => Promise<string | void>) => Promise<boolean>
  skip: (what: string, why: string) => void
  /** Tells the counts, and says by the exit code whether all went well. */
  end: () => void
}

export function startSteps(): Steps {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  return {
    async step(what, work) {
      const from = performance.now()
      try {
        const told = await work()
        counts.passed += 1
        console.log(`✓ ${what}${told ? `: ${told}` : ''} (${seconds(performance.now() - from)})`)
        return true
      } catch (error) {
        counts.failed += 1
        console.log(`✗ ${what}: ${inWords(error)}`)
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

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${inWords(error.cause)}`
}

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

export function must(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise)
}
