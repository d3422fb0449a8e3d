// https://docs.nestjs.com/security/authentication
import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common'
import { Transform } from 'class-transformer'
import { IsEmail, IsString, Length } from 'class-validator'
import { Public } from './auth.guard.ts'
import { AuthService } from './auth.service.ts'

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
  constructor(private authService: AuthService) {}

  @Public()
  @HttpCode(HttpStatus.OK)
  @Post('log-in')
  logIn(@Body() { email, password }: LogInDto) {
    return this.authService.logIn(email, password)
  }
}
