// https://docs.nestjs.com/techniques/validation, with its mapped types
import { OmitType, PartialType } from '@nestjs/mapped-types'
import { Transform, Type } from 'class-transformer'
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  IsTimeZone,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator'

/** Unlike IsOptional, this allows no null. */
const IfGiven = () => ValidateIf((_, value) => value !== undefined)

export class TodoTimeDto {
  @ValidateIf(({ at }: TodoTimeDto) => at === undefined)
  @Matches(/^\d{4}-\d\d-\d\d$/)
  @IsISO8601({ strict: true })
  date?: string

  @ValidateIf(({ date }: TodoTimeDto) => date === undefined)
  @IsISO8601({ strict: true, strictSeparator: true })
  at?: string

  @ValidateIf(({ date }: TodoTimeDto) => date === undefined)
  @IsTimeZone()
  timeZone?: string
}

export class CreateTodoDto {
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @IsString()
  @Length(1, 500)
  title: string

  @IfGiven()
  @IsString()
  @MaxLength(20_000)
  description?: string

  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(4)
  priority?: number

  @IsOptional()
  @ValidateNested()
  @Type(() => TodoTimeDto)
  due?: TodoTimeDto | null

  @IfGiven()
  @IsUUID()
  listId?: string
}

export class ChangeTodoDto extends PartialType(OmitType(CreateTodoDto, ['listId']), {
  skipNullProperties: false,
}) {}

export class ListTodosDto {
  @IfGiven()
  @IsUUID()
  listId?: string

  @IfGiven()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  completed?: boolean

  @IfGiven()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(4)
  priority?: number

  @IfGiven()
  @IsString()
  @Length(1, 200)
  text?: string

  @IsIn(['position', 'priority', 'created', 'updated'])
  sort: 'position' | 'priority' | 'created' | 'updated' = 'position'

  @IsIn(['asc', 'desc'])
  order: 'asc' | 'desc' = 'asc'

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 50

  @IfGiven()
  @IsUUID()
  cursor?: string
}
