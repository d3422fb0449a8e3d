export { DATABASE_URL } from './env.ts'
