import { execFile } from 'node:child_process'
import { cp, glob, mkdtempDisposable, readFile, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '../../../..')
const run = promisify(execFile)

// pnpm's links are relative, so that copied packages find each other. `tsc -b` compares the times of files.
const COPY = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true }

export type Copy = {
  path: string
  /** Runs a program of the package in `directory`. */
  run: (directory: string, program: string, ...args: string[]) => Promise<string>
  /** The text of each file below the paths that were copied, without what is installed or generated. */
  texts: () => Promise<Record<string, string>>
  [Symbol.asyncDispose]: () => Promise<void>
}

/** Copies a part of the repository to a temporary directory. */
export async function copyRepository(paths: string[], env: NodeJS.ProcessEnv = {}): Promise<Copy> {
  const directory = await mkdtempDisposable(join(tmpdir(), 'todo-generators-'))
  for (const path of paths) await cp(join(ROOT, path), join(directory.path, path), COPY)
  await symlink(join(ROOT, 'node_modules'), join(directory.path, 'node_modules'))
  return {
    path: directory.path,
    run: async (cwd, program, ...args) => {
      const bin = join(directory.path, cwd, 'node_modules/.bin', program)
      const options = { cwd: join(directory.path, cwd), env: { ...process.env, NO_COLOR: '1', ...env } }
      try {
        return (await run(bin, args, options)).stdout
      } catch (error) {
        throw new Error(`${program} ${args.join(' ')}: ${(error as { stdout: string }).stdout}`, {
          cause: error,
        })
      }
    },
    texts: async () => {
      const texts: Record<string, string> = {}
      const exclude = (name: string) => /(^|\/)(node_modules|generated|\.types)$/.test(name)
      for await (const name of glob(`{${paths.join()}}/**`, { cwd: directory.path, exclude })) {
        const path = join(directory.path, name)
        if ((await stat(path)).isFile()) texts[name] = await readFile(path, 'utf8')
      }
      return texts
    },
    [Symbol.asyncDispose]: () => directory.remove(),
  }
}
