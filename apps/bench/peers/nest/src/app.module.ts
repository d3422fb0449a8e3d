// https://docs.nestjs.com/modules
import { Module } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { JwtModule } from '@nestjs/jwt'
import { AuthController } from './auth.controller.ts'
import { AuthGuard } from './auth.guard.ts'
import { AuthService, EXPIRES_IN } from './auth.service.ts'
import { env } from './env.ts'
import { HealthController } from './health.controller.ts'
import { PrismaService } from './prisma.service.ts'
import { TodoReader } from './todo-reader.service.ts'
import { TodoWriter } from './todo-writer.service.ts'
import { TodosController } from './todos.controller.ts'

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
  providers: [
    PrismaService,
    AuthService,
    TodoReader,
    TodoWriter,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
})
export class AppModule {}
