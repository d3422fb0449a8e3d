// `pnpm infra:smoke --url https://todo.example.com`: one look at each door of a running environment.
import { parseArgs } from 'node:util'
import { smoke } from '../src/k8s/smoke.ts'

const { values } = parseArgs({
  options: { url: { type: 'string', default: '' }, seconds: { type: 'string', default: '60' } },
})
if (values.url === '') throw new Error('--url must be set')
await smoke(values.url, Number(values.seconds) * 1000)
console.log(`${values.url} is well`)
