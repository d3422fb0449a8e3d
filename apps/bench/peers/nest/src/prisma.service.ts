// https://docs.nestjs.com/data/prisma
import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@todo-bench/prisma'
import { env } from './env.ts'

@Injectable()
export class PrismaService extends PrismaClient implements OnApplicationShutdown {
  constructor() {
    super({ adapter: new PrismaPg({ connectionString: env.databaseUrl, max: env.poolSize }) })
  }

  /** Called after the last request is answered. */
  async onApplicationShutdown() {
    await this.$disconnect()
  }
}
