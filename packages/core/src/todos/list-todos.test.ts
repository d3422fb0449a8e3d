import { beforeAll, describe, expect, test } from 'vitest'
import { v7 as uuidv7 } from 'uuid'
import { at, openContext } from '../testing/context.ts'
import { allTodos, as, makeLabel, makeList, makeTodo, makeUser } from '../testing/factories.ts'
import { bulkTodos } from './bulk-todos.ts'
import { changeTodo, completeTodo } from './change-todo.ts'
import { countTodos } from './count-todos.ts'
import { listTodos } from './list-todos.ts'
import { BulkTodos, ListTodos, type Todo, TodoSort } from './schemas.ts'
import { deleteTodo } from '../trash/trash-todo.ts'

const ctx = await openContext()

const ORDERS = ['asc', 'desc'] as const
const SORTS = TodoSort.options

const ids = (todos: Todo[]) => todos.map(({ id }) => id)
const titles = (todos: Todo[]) => todos.map(({ title }) => title)

describe('filters', async () => {
  const user = as(await makeUser(ctx))
  const [list, label] = [await makeList(user), await makeLabel(user)]
  const make = (title: string, input = {}) => makeTodo(user, { title, ...input })
  const found = async (input: Parameters<typeof allTodos>[1]) => titles(await allTodos(user, input))

  const parent = await make('parent')
  await make('child', { parentId: parent.id })
  await make('in list', { listId: list.id })
  await make('labelled', { labelIds: [label.id] })
  await make('urgent', { priority: 4 })
  await completeTodo(user, await make('completed', { listId: list.id }))
  await deleteTodo(user, await make('trashed'))
  await makeTodo(as(await makeUser(ctx)), { title: 'of somebody else' })

  test('each filter finds its todos, and filters combine', async () => {
    expect(await found({})).toEqual(['parent', 'child', 'in list', 'labelled', 'urgent', 'completed'])
    expect(await found({ listId: list.id })).toEqual(['in list', 'completed'])
    expect(await found({ parentId: parent.id })).toEqual(['child'])
    expect(await found({ labelId: label.id })).toEqual(['labelled'])
    expect(await found({ priority: 4 })).toEqual(['urgent'])
    expect(await found({ completed: true })).toEqual(['completed'])
    expect(await found({ completed: false })).not.toContain('completed')
    expect(await found({ deleted: true })).toEqual(['trashed'])
    expect(await found({ listId: list.id, completed: false })).toEqual(['in list'])
    expect(await found({ listId: uuidv7() })).toEqual([])
    expect(await found({ labelId: uuidv7() })).toEqual([])
  })
})

describe('a filter that matches few of many todos', async () => {
  const user = as(await makeUser(ctx))
  const urgent = new Set([0, 498, 499, 500, 519])
  const todos: Todo[] = []
  for (let from = 0; from < 520; from += 100) {
    const operations = Array.from({ length: Math.min(100, 520 - from) }, (_, i) => ({
      op: 'create' as const,
      title: `t${from + i}`,
      priority: urgent.has(from + i) ? 4 : 0,
    }))
    todos.push(...(await bulkTodos(user, BulkTodos.parse({ operations }))).items)
  }
  const wanted = ids(todos.filter(({ priority }) => priority === 4))

  test.each([1, 2, 3, 4, 5])('finds all matches, %d at a time', async (limit) => {
    expect(ids(await allTodos(user, { priority: 4, limit }))).toEqual(wanted)
    expect(ids(await allTodos(user, { priority: 4, limit, order: 'desc' }))).toEqual(wanted.toReversed())
  })

  test('a page of exactly the matches has no cursor', async () => {
    const page = await listTodos(user, ListTodos.parse({ priority: 4, limit: 5 }))
    expect([ids(page.items), page.nextCursor]).toEqual([wanted, null])
  })

  test('finds nothing among many', async () => {
    expect(await listTodos(user, ListTodos.parse({ completed: true }))).toEqual({
      items: [],
      nextCursor: null,
    })
  })
})

describe('pages', async () => {
  const user = as(await makeUser(ctx))
  const list = await makeList(user)
  const noon = Date.parse('2026-11-24T12:00:00Z')
  const dues = [
    null,
    { date: '2026-12-24' },
    { at: '2026-12-24T00:00:00Z', timeZone: 'UTC' },
    { at: '2026-12-23T23:00:00.001Z', timeZone: 'Europe/Berlin' },
    { date: '0001-01-01' },
  ]
  const names = ['b', 'a', 'B', 'á', '', '10', '9', 'ß', '😀', '"', '\\', "'", 'ab'].map((name) => `${name}.`)
  for (let i = 0; i < 26; i += 1) {
    await makeTodo(at(user, noon + (i % 5) * 1000), {
      title: names[i % names.length]!,
      priority: i % 3,
      due: dues[i % dues.length],
      ...(i % 2 && { listId: list.id }),
    })
  }

  test.each(SORTS.flatMap((sort) => ORDERS.map((order) => [sort, order] as const)))(
    'by %s %s, one, two or three at a time, give the full list',
    async (sort, order) => {
      for (const filter of [{}, { listId: list.id }]) {
        const full = await listTodos(user, ListTodos.parse({ ...filter, sort, order, limit: 100 }))
        expect(full.nextCursor).toBe(null)
        expect(full.items).toHaveLength(filter.listId ? 13 : 26)
        for (const limit of [1, 2, 3]) {
          expect(ids(await allTodos(user, { ...filter, sort, order, limit }))).toEqual(ids(full.items))
        }
        expect(
          full.items.every((todo, i, all) => i === 0 || isInOrder(all[i - 1]!, todo, { sort, order })),
        ).toBe(true)
      }
    },
  )

  test('descending order is ascending order reversed', async () => {
    for (const sort of SORTS) {
      const [up, down] = [await allTodos(user, { sort }), await allTodos(user, { sort, order: 'desc' })]
      expect(ids(down)).toEqual(ids(up).toReversed())
    }
  })

  test('the last page has no cursor, also when it is full', async () => {
    const page = await listTodos(user, ListTodos.parse({ limit: 26 }))
    expect([page.items.length, page.nextCursor]).toEqual([26, null])
  })

  test('any title can be the key of a cursor', async () => {
    const who = as(await makeUser(ctx))
    const long = '\u{10ffff}'.repeat(250)
    for (const title of [long, long, '\u0001', '\u{1f468}\u200d\u{1f469}', 'null', '[]'])
      await makeTodo(who, { title })
    expect(await allTodos(who, { sort: 'title', limit: 1 })).toHaveLength(6)
  })

  function isInOrder(a: Todo, b: Todo, { sort, order }: { sort: TodoSort; order: 'asc' | 'desc' }): boolean {
    if (sort === 'title') return true // the database's collation decides
    const sign = order === 'asc' ? 1 : -1
    return compare(keyOf(a, sort), keyOf(b, sort)) * sign <= 0
  }
})

const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)

function keyOf(todo: Todo, sort: Exclude<TodoSort, 'title'>): string | number {
  if (sort === 'position' || sort === 'priority') return todo[sort]
  if (sort === 'created') return todo.createdAt
  if (sort === 'updated') return todo.updatedAt
  if (todo.due === null) return 'infinity'
  if ('date' in todo.due) return `${todo.due.date} 00:00:00`
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone: todo.due.timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(new Date(todo.due.at))
}

test.each(SORTS)(
  'pages by %s neither skip nor repeat a row while others are written and deleted',
  async (sort) => {
    const user = as(await makeUser(ctx))
    const kept: Todo[] = []
    const doomed: Todo[] = []
    for (let i = 0; i < 20; i += 1) {
      const todo = await makeTodo(user, {
        title: `t${i % 7}`,
        priority: i % 3,
        due: { date: `2026-12-0${1 + (i % 9)}` },
      })
      ;(i % 4 === 3 ? doomed : kept).push(todo)
    }
    const seen: string[] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page = await listTodos(user, ListTodos.parse({ sort, limit: 3, ...(cursor && { cursor }) }))
      seen.push(...ids(page.items))
      cursor = page.nextCursor
      const [last, gone] = [page.items.at(-1), doomed.pop()]
      await makeTodo(user, { title: 't3', priority: 1, due: { date: '2026-12-05' } })
      if (gone) await deleteTodo(user, gone)
      // The row that the cursor names may be deleted.
      if (last && !kept.some(({ id }) => id === last.id)) await deleteTodo(user, last).catch(() => undefined)
      if (seen.length > 60) break
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(ids(kept)))
  },
)

describe('due windows', () => {
  const cases = [
    [
      'Pacific/Auckland',
      '2026-11-24T10:59:59.999Z',
      '2026-11-24',
      ['2026-11-23T11:00:00Z', '2026-11-24T11:00:00Z'],
    ],
    [
      'Pacific/Auckland',
      '2026-09-26T13:00:00Z',
      '2026-09-27',
      ['2026-09-26T12:00:00Z', '2026-09-27T11:00:00Z'],
    ],
    [
      'America/Los_Angeles',
      '2026-11-24T08:00:00Z',
      '2026-11-24',
      ['2026-11-24T08:00:00Z', '2026-11-25T08:00:00Z'],
    ],
    [
      'America/Los_Angeles',
      '2026-11-01T20:00:00Z',
      '2026-11-01',
      ['2026-11-01T07:00:00Z', '2026-11-02T08:00:00Z'],
    ],
    [
      'America/Los_Angeles',
      '2026-03-08T20:00:00Z',
      '2026-03-08',
      ['2026-03-08T08:00:00Z', '2026-03-09T07:00:00Z'],
    ],
  ] as const

  test.each(cases)('in %s at %s the day is %s', async (timeZone, now, ...[today, [start, end]]) => {
    const user = at(as(await makeUser(ctx, { timeZone })), now)
    const [startMs, endMs, nowMs] = [Date.parse(start), Date.parse(end), Date.parse(now)]
    const shifted = (days: number) =>
      new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)
    const due = (ms: number) => ({ due: { at: new Date(ms).toISOString(), timeZone: 'UTC' } })
    const make = (title: string, input = {}) => makeTodo(user, { title, ...input })

    await make('none')
    await make('yesterday', { due: { date: shifted(-1) } })
    await make('today', { due: { date: today } })
    await make('tomorrow', { due: { date: shifted(1) } })
    await make('before midnight', due(startMs - 1))
    await make('midnight', due(startMs))
    await make('before now', due(nowMs - 1))
    await make('now', due(nowMs))
    await make('last moment', due(endMs - 1))
    await make('next midnight', due(endMs))

    const found = async (input: Parameters<typeof allTodos>[1]) =>
      titles(await allTodos(user, input)).toSorted()
    const began = startMs < nowMs
    const todays = ['today', 'midnight', 'now', 'last moment', ...(began ? ['before now'] : [])].toSorted()
    expect(await found({ due: 'today' })).toEqual(todays)
    expect(await found({ due: 'upcoming' })).toEqual(['next midnight', 'tomorrow'])
    expect(await found({ due: 'overdue' })).toEqual(
      ['yesterday', 'before midnight', 'before now', ...(began ? ['midnight'] : [])].toSorted(),
    )
    expect(await found({ dueFrom: today, dueTo: today })).toEqual(todays)
    expect(await found({ dueFrom: shifted(1) })).toEqual(['next midnight', 'tomorrow'])
    expect(await found({ dueTo: shifted(-1) })).toEqual(
      ['before midnight', 'yesterday', ...(began ? [] : ['before now'])].toSorted(),
    )
  })
})

describe('counts', async () => {
  const user = as(await makeUser(ctx, { timeZone: 'Pacific/Auckland' }))
  beforeAll(async () => {
    const list = await makeList(user)
    const now = Date.now()
    for (let i = 0; i < 60; i += 1) {
      const instant = new Date(now + (i - 30) * 4 * 3_600_000)
      const due = [
        null,
        { date: instant.toISOString().slice(0, 10) },
        { at: instant.toISOString(), timeZone: 'Europe/Berlin' },
      ][i % 3]
      const todo = await makeTodo(user, { due, ...(i % 2 && { listId: list.id }) })
      if (i % 7 === 0) await completeTodo(user, todo)
      if (i % 11 === 0) await deleteTodo(user, todo)
    }
  })

  test('counts agree with the filters', async () => {
    const fixed = at(user, ctx.now())
    const counts = await countTodos(fixed)
    expect(counts.lists).toHaveLength(2)
    for (const { listId, open, completed } of counts.lists) {
      expect(open).toBe((await allTodos(fixed, { listId, completed: false })).length)
      expect(completed).toBe((await allTodos(fixed, { listId, completed: true })).length)
    }
    for (const due of ['today', 'upcoming', 'overdue'] as const) {
      expect(counts[due], due).toBe((await allTodos(fixed, { due, completed: false })).length)
      expect(counts[due]).toBeGreaterThan(0)
    }
  })

  test('counts follow a change of the due time', async () => {
    const before = await countTodos(user)
    const todo = await makeTodo(user)
    await changeTodo(user, { id: todo.id, due: { date: '2001-01-01' } })
    expect((await countTodos(user)).overdue).toBe(before.overdue + 1)
  })
})
