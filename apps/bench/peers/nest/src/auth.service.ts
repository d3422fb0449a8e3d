// https://docs.nestjs.com/security/authentication; the hash is Argon2's, as https://docs.nestjs.com/security/encryption-and-hashing
// leaves open.
import { Injectable, UnauthorizedException } from '@nestjs/common'
import { JwtService } from '@nestjs/jwt'
import { verify } from '@node-rs/argon2'
import { createHash, randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { PrismaService } from './prisma.service.ts'

export const EXPIRES_IN = 900
const SESSION_MS = 30 * 24 * 60 * 60 * 1000

@Injectable()
export class AuthService {
  constructor(
    private prisma: PrismaService,
    private jwtService: JwtService,
  ) {}

  async logIn(email: string, password: string) {
    const found = await this.prisma.accountEmail.findUnique({ where: { email } })
    const account = found && (await this.prisma.account.findUnique({ where: { ownerId: found.ownerId } }))
    if (!account || !(await verify(account.passwordHash, password))) throw new UnauthorizedException()
    const [family, secret] = [randomBytes(16), randomBytes(32)]
    const now = new Date()
    const session = await this.prisma.session.create({
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
    return {
      tokenType: 'Bearer',
      accessToken: await this.jwtService.signAsync({ sub: session.ownerId, sid: session.id }),
      expiresIn: EXPIRES_IN,
      refreshToken: Buffer.concat([family, secret]).toString('base64url'),
    }
  }
}

const sha256 = (bytes: Buffer) => new Uint8Array(createHash('sha256').update(bytes).digest())
