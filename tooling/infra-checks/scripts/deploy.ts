// `pnpm infra:deploy --image ghcr.io/todo-app/todo-app@sha256:… --url https://todo.example.com --signer …`
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { deploy } from '../src/k8s/deploy.ts'

const { values } = parseArgs({
  options: {
    image: { type: 'string', default: '' },
    url: { type: 'string', default: '' },
    signer: { type: 'string', default: '' },
    namespace: { type: 'string', default: 'todo' },
    cluster: { type: 'string' },
    'smoke-seconds': { type: 'string', default: '60' },
  },
})
for (const name of ['image', 'url', 'signer'] as const) {
  if (values[name] === '') throw new Error(`--${name} must be set`)
}
await using folder = await mkdtempDisposable(join(tmpdir(), 'todo-deploy-'))
await deploy({ ...values, folder: folder.path, smokeWithinMs: Number(values['smoke-seconds']) * 1000 })
console.log(`${values.image} serves ${values.url}`)
