// `pnpm infra:sign ghcr.io/todo-app/todo-app@sha256:…`: signs an image with the identity of the workflow that runs this,
// by a certificate of ten minutes: there is no key. SBOM and provenance are in the index that the digest names.
import { outputOf } from '../src/tools.ts'

const [image = ''] = process.argv.slice(2)
if (!/@sha256:[0-9a-f]{64}$/.test(image)) throw new Error(`${image} has no digest`)
await outputOf('cosign', ['sign', '--yes', image])
console.log(`${image} is signed`)
