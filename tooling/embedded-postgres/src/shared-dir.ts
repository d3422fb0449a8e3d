import { chmod, mkdir } from 'node:fs/promises'

/** What root keeps for the user that runs Postgres. Only root can make a folder here, so none can be foisted on it. */
export const SHARED_DIR = '/var/lib/todo-app'

/** Makes it, and passable also under a strict umask. */
export async function ensureSharedDir(): Promise<void> {
  await mkdir(SHARED_DIR, { recursive: true })
  await chmod(SHARED_DIR, 0o755)
}
