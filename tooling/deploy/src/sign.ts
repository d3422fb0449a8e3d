// `pnpm infra:sign ghcr.io/todo-app/todo-app@sha256:…`: signs an image with the identity of the workflow that runs it.
// The certificate is valid for ten minutes; there is no key. The digest covers SBOM and provenance, too.
import { run } from './run.ts'

const [image = ''] = process.argv.slice(2)
if (!/@sha256:[0-9a-f]{64}$/.test(image)) throw new Error(`${image} has no digest`)
await run('cosign', ['sign', '--yes', image])
