// https://docs.nestjs.com/controllers
import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  NotFoundException,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
} from '@nestjs/common'
import { type Todo, changeTodo, completeTodo, createTodo, getTodo, listTodos } from '@todo-bench/prisma'
import { OwnerId } from './auth.guard.ts'
import { PrismaService } from './prisma.service.ts'
import { ChangeTodoDto, CreateTodoDto, ListTodosDto } from './todos.dto.ts'

@Controller('todos')
export class TodosController {
  constructor(private prisma: PrismaService) {}

  @Get(':id')
  async get(@OwnerId() ownerId: string, @Param('id', ParseUUIDPipe) id: string) {
    return found(await getTodo(this.prisma, ownerId, id))
  }

  @Get()
  list(@OwnerId() ownerId: string, @Query() query: ListTodosDto) {
    return listTodos(this.prisma, ownerId, query)
  }

  @Post()
  async create(@OwnerId() ownerId: string, @Body() todo: CreateTodoDto) {
    return found(await createTodo(this.prisma, ownerId, todo))
  }

  @Patch(':id')
  async change(
    @OwnerId() ownerId: string,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() patch: ChangeTodoDto,
  ) {
    return found(await changeTodo(this.prisma, ownerId, { ...patch, id }))
  }

  @Post(':id/complete')
  @HttpCode(HttpStatus.OK)
  async complete(@OwnerId() ownerId: string, @Param('id', ParseUUIDPipe) id: string) {
    return found(await completeTodo(this.prisma, ownerId, id))
  }
}

function found(todo: Todo | undefined): Todo {
  if (!todo) throw new NotFoundException()
  return todo
}
