// https://docs.nestjs.com/modules
import { Controller, Get, Module } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { JwtModule } from '@nestjs/jwt'
import { AuthController, EXPIRES_IN } from './auth.controller.ts'
import { AuthGuard, Public } from './auth.guard.ts'
import { env } from './env.ts'
import { PrismaService } from './prisma.service.ts'
import { TodosController } from './todos.controller.ts'

@Controller('health')
class HealthController {
  @Public()
  @Get()
  health() {
    return { status: 'healthy' }
  }
}

@Module({
  imports: [
    JwtModule.register({
      global: true,
      secret: env.jwtSecret,
      signOptions: { expiresIn: EXPIRES_IN },
      verifyOptions: { algorithms: ['HS256'] },
    }),
  ],
  controllers: [HealthController, AuthController, TodosController],
  providers: [PrismaService, { provide: APP_GUARD, useClass: AuthGuard }],
})
export class AppModule {}
