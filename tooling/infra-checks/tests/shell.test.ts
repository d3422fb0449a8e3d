import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, filesBelow } from '../src/files.ts'
import { hasTool, run } from '../src/tools.ts'

const scripts = [
  '.ci/run',
  ...filesBelow('scripts', /\.sh$/),
  ...filesBelow('infra', /\.sh$/),
  ...filesBelow('tooling', /\.sh$/),
]

test.skipIf(!hasTool('shellcheck'))('shellcheck accepts every script (needs shellcheck)', async () => {
  expect(scripts.length).toBeGreaterThan(4)
  const { stdout } = await run('shellcheck', scripts, { cwd: ROOT })
  expect(stdout).toBe('')
})

test.skipIf(!hasTool('shellcheck'))('shellcheck rejects a broken script (needs shellcheck)', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'todo-shell-'))
  const file = join(dir.path, 'broken.sh')
  await writeFile(file, '#!/bin/sh\nrm -rf $1/*\n')
  expect((await run('shellcheck', [file])).stdout).toContain('SC2086')
})
