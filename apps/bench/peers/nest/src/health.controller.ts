import { Controller, Get } from '@nestjs/common'
import { Public } from './auth.guard.ts'

@Controller('health')
export class HealthController {
  @Public()
  @Get()
  health() {
    return { status: 'healthy' }
  }
}
