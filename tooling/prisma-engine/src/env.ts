import { existsSync } from 'node:fs'
import { join } from 'node:path'

const envFile = join(import.meta.dirname, '../../../.env')
if (existsSync(envFile)) process.loadEnvFile(envFile)

// Without this the CLI would download a native engine from a host other than the npm registry.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] = join(import.meta.dirname, 'schema-engine.ts')

/** The database for the Prisma CLI. */
export const DATABASE_URL = process.env['DATABASE_URL']

/** True if the CLI wants debug output from its engine. */
export const DEBUG = process.env['DEBUG']?.includes('prisma:schemaEngine') ?? false
