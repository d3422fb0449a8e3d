// https://docs.nestjs.com/techniques/performance (Fastify) and https://docs.nestjs.com/techniques/validation
import { ValidationPipe } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { AppModule } from './app.module.ts'
import { env } from './env.ts'

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter())
app.setGlobalPrefix('api/v1', { exclude: ['health'] })
app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }))
app.enableShutdownHooks()
await app.listen(env.port, '127.0.0.1')
