// https://orm.drizzle.team/docs/sql-schema-declaration and https://orm.drizzle.team/docs/custom-types: the tables of the
// database, with the columns that are used here.
import {
  bigint,
  boolean,
  customType,
  date,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

export const accountEmails = pgTable('account_emails', {
  email: text('email').primaryKey(),
  ownerId: uuid('owner_id').notNull(),
})

export const accounts = pgTable('accounts', {
  ownerId: uuid('owner_id').primaryKey(),
  passwordHash: text('password_hash').notNull(),
})

export const sessions = pgTable(
  'sessions',
  {
    ownerId: uuid('owner_id').notNull(),
    id: uuid('id').notNull(),
    familyHash: bytea('family_hash').notNull(),
    currentHash: bytea('current_hash').notNull(),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.id] })],
)

export const lists = pgTable(
  'lists',
  {
    ownerId: uuid('owner_id').notNull(),
    id: uuid('id').notNull(),
    isInbox: boolean('is_inbox').notNull().default(false),
    deletedAt: instant('deleted_at'),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.id] })],
)

export const todos = pgTable(
  'todos',
  {
    ownerId: uuid('owner_id').notNull(),
    id: uuid('id').notNull(),
    listId: uuid('list_id').notNull(),
    parentId: uuid('parent_id'),
    title: text('title').notNull(),
    description: text('description').notNull().default(''),
    labelIds: uuid('label_ids').array().notNull().default([]),
    priority: smallint('priority').notNull().default(0),
    startDate: date('start_date'),
    startAt: instant('start_at'),
    startZone: text('start_zone'),
    dueDate: date('due_date'),
    dueAt: instant('due_at'),
    dueZone: text('due_zone'),
    position: doublePrecision('position').notNull(),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    completedAt: instant('completed_at'),
    deletedAt: instant('deleted_at'),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.id] })],
)
export type TodoRow = typeof todos.$inferSelect

export const changeHeads = pgTable('change_heads', {
  ownerId: uuid('owner_id').primaryKey(),
  seq: bigint('seq', { mode: 'number' }).notNull().default(0),
})

export const changes = pgTable(
  'changes',
  {
    ownerId: uuid('owner_id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    listId: uuid('list_id'),
    entity: text('entity').notNull(),
    entityId: uuid('entity_id').notNull(),
    op: text('op').notNull(),
    version: integer('version').notNull(),
    actorId: uuid('actor_id').notNull(),
    at: instant('at').notNull(),
    before: jsonb('before'),
    after: jsonb('after'),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.seq] })],
)
