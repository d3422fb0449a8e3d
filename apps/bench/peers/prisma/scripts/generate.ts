// Generates the client as https://www.prisma.io/docs/orm/prisma-schema/overview/generators#prisma-client shows it, from the
// repository's schema. The generator block is replaced, so that none of our settings apply.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const OURS = join(ROOT, '../../../../prisma/schema.prisma')
const SCHEMA = join(ROOT, 'generated/schema.prisma')

const GENERATOR = `generator client {
  provider = "prisma-client"
  output   = "./client"
}`

const schema = readFileSync(OURS, 'utf8').replace(/^generator client \{[^}]*\}/m, GENERATOR)
if (!schema.includes(GENERATOR)) throw new Error(`${OURS} has no generator block to replace`)
mkdirSync(join(ROOT, 'generated'), { recursive: true })
writeFileSync(SCHEMA, schema)
execFileSync(join(ROOT, 'node_modules/.bin/prisma'), ['generate', '--no-hints', '--schema', SCHEMA], {
  stdio: 'inherit',
  // Keeps the CLI from downloading a native engine, which `generate` does not use.
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
})
