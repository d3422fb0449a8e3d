import type { Call, Calls } from './calls.ts'
import {
  PAGE,
  PASSWORD,
  type Scale,
  TODOS_PER_OWNER,
  WORDS,
  emailOf,
  isCompleted,
  isSeeded,
  todoId,
  todoOf,
  workId,
} from './fixture.ts'

/** One request of an owner, and the check of its answer. */
export type Request = { owner: number; call: Call; isCorrect: (answer: unknown) => boolean }

type Options = {
  calls: Calls
  scale: Scale
  /** Of the page after the first `farFrom(scale)` todos of the big owner. */
  cursor?: string | undefined
}

/** Makes requests, one after another. */
type Workload = (options: Options) => () => Request

const get: Workload = ({ calls, scale }) => {
  return () => {
    const owner = random(readers(scale))
    const n = 1 + random(TODOS_PER_OWNER)
    return { owner, call: calls.get(todoId(owner, n)), isCorrect: (answer) => isSeeded(answer, owner, n) }
  }
}

const list: Workload = ({ calls, scale }) => {
  const numbers = range(1, PAGE)
  return () => {
    const owner = random(readers(scale))
    return { owner, call: calls.list({ limit: PAGE }), isCorrect: isPage({ owner, numbers, hasMore: true }) }
  }
}

/** The page of one owner after the first `skip` todos. */
const page =
  (owner: (scale: Scale) => number, skip: (scale: Scale) => number): Workload =>
  ({ calls, scale, cursor }) => {
    const isFirst = skip(scale) === 0
    const request = {
      owner: owner(scale),
      call: calls.list({ limit: PAGE, ...(!isFirst && { cursor: cursor ?? '' }) }),
      isCorrect: isPage({
        owner: owner(scale),
        numbers: range(skip(scale) + 1, skip(scale) + PAGE),
        hasMore: true,
      }),
    }
    return () => request
  }

const filtered: Workload = ({ calls, scale }) => {
  const numbers = OPEN.filter((n) => n % 2 === 1)
    .toSorted((a, b) => (b % 5) - (a % 5) || b - a)
    .slice(0, PAGE)
  return () => {
    const owner = random(readers(scale))
    const query = { listId: workId(owner), completed: false, sort: 'priority', order: 'desc', limit: PAGE }
    return { owner, call: calls.list(query), isCorrect: isPage({ owner, numbers, hasMore: true }) }
  }
}

const search: Workload = ({ calls, scale }) => {
  const hits = WORDS.map((word) => ({
    word,
    found: range(1, TODOS_PER_OWNER).filter((n) => String(todoOf(0, n)['title']).includes(word)),
  }))
  return () => {
    const owner = random(readers(scale))
    const { word, found } = pick(hits)
    return {
      owner,
      call: calls.list({ text: word, limit: PAGE }),
      isCorrect: isPage({ owner, numbers: found.slice(0, PAGE), hasMore: found.length > PAGE }),
    }
  }
}

const create: Workload = ({ calls, scale }) => {
  return () => {
    const fields = { ...titleAndPriority(), due: { date: '2026-12-24' } }
    const { title, priority } = fields
    return {
      owner: writer(scale),
      call: calls.create(fields),
      isCorrect: (answer) =>
        has(answer, { title, priority, version: 1, completedAt: null }) &&
        has((answer as { due: unknown }).due, fields.due),
    }
  }
}

const change: Workload = ({ calls, scale }) => {
  return () => {
    const owner = writer(scale)
    const id = todoId(owner, 1 + random(TODOS_PER_OWNER))
    const fields = titleAndPriority()
    return {
      owner,
      call: calls.change(id, fields),
      isCorrect: (answer) => has(answer, { id, ...fields }) && isChanged(answer),
    }
  }
}

// A todo can be completed once, so the count goes on until the process exits.
let completions = 0

const complete: Workload = ({ calls, scale }) => {
  const writers = scale.owners - readers(scale)
  return () => {
    const n = OPEN[Math.floor(completions / writers)]
    if (n === undefined)
      throw new Error('All open todos are completed: use fewer rounds or seed more owners.')
    const owner = readers(scale) + (completions % writers)
    completions += 1
    const id = todoId(owner, n)
    return {
      owner,
      call: calls.complete(id),
      isCorrect: (answer) =>
        has(answer, { id }) &&
        isChanged(answer) &&
        typeof (answer as { completedAt: unknown }).completedAt === 'string',
    }
  }
}

const batch: Workload = ({ calls, scale }) => {
  return () => {
    const owner = random(readers(scale))
    const numbers = range(1, 10).map(() => 1 + random(TODOS_PER_OWNER))
    if (!calls.batch) throw new Error('This protocol has no batches.')
    return {
      owner,
      call: calls.batch(numbers.map((n) => todoId(owner, n))),
      isCorrect: (answer) =>
        Array.isArray(answer) &&
        answer.length === numbers.length &&
        numbers.every((n, index) => isSeeded(answer[index], owner, n)),
    }
  }
}

const logIn: Workload = ({ calls, scale }) => {
  return () => {
    const owner = random(readers(scale))
    return {
      owner,
      call: calls.logIn({ email: emailOf(owner), password: PASSWORD }),
      isCorrect: (answer) => has(answer, { tokenType: 'Bearer' }) && 'accessToken' in (answer as object),
    }
  }
}

/** 80 % reads. */
const mix: Workload = (options) => {
  const parts = [
    { percent: 40, next: get(options) },
    { percent: 30, next: list(options) },
    { percent: 5, next: filtered(options) },
    { percent: 5, next: search(options) },
    { percent: 8, next: create(options) },
    { percent: 12, next: change(options) },
  ]
  const hundred = parts.flatMap(({ percent, next }) => range(1, percent).map(() => next))
  return () => pick(hundred)()
}

const firstOwner = () => 0
const bigOwner = ({ owners }: Scale) => owners
const none = () => 0

export const WORKLOADS = {
  mix,
  'first page': page(firstOwner, none),
  'first page of many': page(bigOwner, none),
  'far page of many': page(bigOwner, farFrom),
  get,
  list,
  filtered,
  search,
  batch,
  create,
  change,
  complete,
  'log in': logIn,
}
export type WorkloadName = keyof typeof WORKLOADS
export const ALL_WORKLOADS = Object.keys(WORKLOADS) as WorkloadName[]
export const PAGES: WorkloadName[] = ['first page', 'first page of many', 'far page of many']
export const WRITES: WorkloadName[] = ['create', 'change', 'complete']

/** The todos before page 5,000 of a million todos, or the same share of fewer. */
export function farFrom({ bigTodos }: Scale): number {
  return (bigTodos / 200 - 1) * PAGE
}

const OPEN = range(1, TODOS_PER_OWNER).filter((n) => !isCompleted(n))

/** The last quarter of the owners is written to; the others keep their seeded todos. */
const readers = ({ owners }: Scale) => Math.floor(owners * 0.75)
const writer = (scale: Scale) => readers(scale) + random(scale.owners - readers(scale))

/** An integer from 0 to `below` - 1. */
const random = (below: number) => Math.floor(Math.random() * below)
const pick = <T>(values: T[]) => values[random(values.length)] as T
const titleAndPriority = () => ({ title: `${pick(WORDS)} ${random(1_000_000)}`, priority: random(5) })

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

type Expected = { owner: number; numbers: number[]; hasMore: boolean }

const isPage =
  ({ owner, numbers, hasMore }: Expected) =>
  (answer: unknown): boolean => {
    const { items, nextCursor } = answer as { items?: unknown[]; nextCursor?: unknown }
    return (
      items?.length === numbers.length &&
      numbers.every((n, index) => isSeeded(items[index], owner, n)) &&
      (typeof nextCursor === 'string') === hasMore
    )
  }

const has = (answer: unknown, members: Record<string, unknown>) =>
  Object.entries(members).every(
    ([name, value]) => (answer as Record<string, unknown> | null)?.[name] === value,
  )

const isChanged = (answer: unknown) => (answer as { version: number }).version > 1
