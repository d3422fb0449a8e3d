// https://docs.nestjs.com/security/authentication
import { Body, Controller, HttpCode, HttpStatus, Post, UnauthorizedException } from '@nestjs/common'
import { JwtService } from '@nestjs/jwt'
import { logIn } from '@todo-bench/prisma'
import { Transform } from 'class-transformer'
import { IsEmail, IsString, Length } from 'class-validator'
import { Public } from './auth.guard.ts'
import { PrismaService } from './prisma.service.ts'

export const EXPIRES_IN = 900

export class LogInDto {
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  @IsEmail()
  email: string

  @IsString()
  @Length(1, 128)
  password: string
}

@Controller('auth')
export class AuthController {
  constructor(
    private prisma: PrismaService,
    private jwtService: JwtService,
  ) {}

  @Public()
  @HttpCode(HttpStatus.OK)
  @Post('log-in')
  async logIn(@Body() { email, password }: LogInDto) {
    const session = await logIn(this.prisma, email, password)
    if (!session) throw new UnauthorizedException()
    const accessToken = await this.jwtService.signAsync({ sub: session.ownerId, sid: session.sessionId })
    return {
      tokenType: 'Bearer',
      accessToken,
      expiresIn: EXPIRES_IN,
      refreshToken: session.refreshToken,
    }
  }
}
