import { childEnv } from '@todo/testing'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..', '..')

type Result = { code: number; output: string }

/** Runs the Prisma CLI in `cwd` with the database `url`. */
export async function prismaCli(
  args: string[],
  { url, cwd = root }: { url: string; cwd?: string },
): Promise<Result> {
  try {
    const { stdout, stderr } = await promisify(execFile)(join(root, 'node_modules/.bin/prisma'), args, {
      cwd,
      env: childEnv({ DATABASE_URL: url, CI: 'true', NO_COLOR: '1' }),
    })
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, output: stdout + stderr }
  }
}
