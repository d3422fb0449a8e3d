// https://www.prisma.io/docs/orm/prisma-client/queries/crud; the hash by https://github.com/napi-rs/node-rs/tree/main/packages/argon2.
import { verify } from '@node-rs/argon2'
import { createHash, randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { PrismaClient } from '../generated/client/client.ts'

const SESSION_MS = 30 * 24 * 60 * 60 * 1000

/** Creates a session. @returns undefined if the email or the password is wrong */
export async function logIn(prisma: PrismaClient, email: string, password: string) {
  const found = await prisma.accountEmail.findUnique({ where: { email } })
  const account = found && (await prisma.account.findUnique({ where: { ownerId: found.ownerId } }))
  if (!account || !(await verify(account.passwordHash, password))) return undefined
  const [family, secret] = [randomBytes(16), randomBytes(32)]
  const now = new Date()
  const { ownerId, id: sessionId } = await prisma.session.create({
    data: {
      ownerId: account.ownerId,
      id: uuidv7(),
      familyHash: sha256(family),
      currentHash: sha256(secret),
      createdAt: now,
      lastUsedAt: now,
      expiresAt: new Date(now.getTime() + SESSION_MS),
    },
    select: { ownerId: true, id: true },
  })
  return { ownerId, sessionId, refreshToken: Buffer.concat([family, secret]).toString('base64url') }
}

const sha256 = (bytes: Buffer) => new Uint8Array(createHash('sha256').update(bytes).digest())
