import { existsSync } from 'node:fs'
import { join } from 'node:path'

const envFile = join(import.meta.dirname, '../../../.env')
if (existsSync(envFile)) process.loadEnvFile(envFile)

// The CLI would download a native engine; this one runs on what the npm registry gives.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] = join(import.meta.dirname, 'schema-engine.ts')

/** The database that the Prisma CLI works on. */
export const DATABASE_URL = process.env['DATABASE_URL']

/** Whether the CLI asks its engine for debug output. */
export const DEBUG = process.env['DEBUG']?.includes('prisma:schemaEngine') ?? false
