import { chmod, mkdir } from 'node:fs/promises'

/** Root's folder for the user that runs Postgres. Only root can create folders here, so no other user can plant one. */
export const SHARED_DIR = '/var/lib/todo-app'

/** Creates it, and lets other users enter it even under a strict umask. */
export async function ensureSharedDir(): Promise<void> {
  await mkdir(SHARED_DIR, { recursive: true })
  await chmod(SHARED_DIR, 0o755)
}
