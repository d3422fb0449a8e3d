// https://docs.nestjs.com/controllers
import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
} from '@nestjs/common'
import { OwnerId } from './auth.guard.ts'
import { TodoReader } from './todo-reader.service.ts'
import { TodoWriter } from './todo-writer.service.ts'
import { ChangeTodoDto, CreateTodoDto, ListTodosDto } from './todos.dto.ts'

@Controller('todos')
export class TodosController {
  constructor(
    private reader: TodoReader,
    private writer: TodoWriter,
  ) {}

  @Get(':id')
  get(@OwnerId() ownerId: string, @Param('id', ParseUUIDPipe) id: string) {
    return this.reader.get(ownerId, id)
  }

  @Get()
  list(@OwnerId() ownerId: string, @Query() query: ListTodosDto) {
    return this.reader.list(ownerId, query)
  }

  @Post()
  create(@OwnerId() ownerId: string, @Body() todo: CreateTodoDto) {
    return this.writer.create(ownerId, todo)
  }

  @Patch(':id')
  change(@OwnerId() ownerId: string, @Param('id', ParseUUIDPipe) id: string, @Body() patch: ChangeTodoDto) {
    return this.writer.change(ownerId, id, patch)
  }

  @Post(':id/complete')
  @HttpCode(HttpStatus.OK)
  complete(@OwnerId() ownerId: string, @Param('id', ParseUUIDPipe) id: string) {
    return this.writer.complete(ownerId, id)
  }
}
