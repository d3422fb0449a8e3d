// Makes infra/dist/rotation/index.mjs, which Terraform's module `secrets` packs for Lambda.
import { join } from 'node:path'
import { buildRotation } from '../src/terraform/rotation/build.ts'

console.log(await buildRotation(join(import.meta.dirname, '..', 'dist', 'rotation')))
