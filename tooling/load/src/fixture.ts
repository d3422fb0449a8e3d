// The rows in the database as formulas, which seed.sql repeats: the load generator checks each answer against them.

export type Scale = {
  /** Owners with 100 todos each. */
  owners: number
  /** Todos of the big owner, who comes after them. */
  bigTodos: number
}

export const FULL: Scale = { owners: 10_000, bigTodos: 1_000_000 }
export const QUICK: Scale = { owners: 100, bigTodos: 10_000 }

export const TODOS_PER_OWNER = 100
export const PAGE = 20
export const PASSWORD = 'measure twice, cut once'
export const WORDS = [
  'milk',
  'report',
  'ticket',
  'garden',
  'invoice',
  'window',
  'letter',
  'bicycle',
  'harbour',
  'lantern',
]

const STARTED_AT = Date.UTC(2026, 0, 1)

/** Owners are numbered from 0; the big one is number `scale.owners`. */
export const ownerId = (owner: number) => uuid('a', owner, 0)
export const inboxId = (owner: number) => uuid('b', owner, 0)
export const workId = (owner: number) => uuid('b', owner, 1)
/** Todos are numbered from 1. */
export const todoId = (owner: number, n: number) => uuid('c', owner, n)
export const emailOf = (owner: number) => `owner-${owner}@example.com`

/** A seeded todo, with the members that ours and all peers send. */
export function todoOf(owner: number, n: number): Record<string, unknown> {
  const at = instantOf(n)
  return {
    id: todoId(owner, n),
    listId: n % 2 === 0 ? inboxId(owner) : workId(owner),
    parentId: null,
    title: `${WORDS[n % 10]} ${WORDS[Math.floor(n / 10) % 10]} ${n}`,
    description: `Todo number ${n} of **owner ${owner}**`,
    labelIds: [],
    priority: n % 5,
    start: null,
    due: n % 3 === 0 ? { date: dayOf(n) } : null,
    position: n,
    completedAt: isCompleted(n) ? at : null,
    deletedAt: null,
    createdAt: at,
    updatedAt: at,
    version: 1,
  }
}

export const isCompleted = (n: number) => n % 4 === 0

/** True if `answer` is the seeded todo. Further members are ignored: ours may have some that no peer knows. */
export function isSeeded(answer: unknown, owner: number, n: number): boolean {
  const expected = todoOf(owner, n)
  const actual = answer as Record<string, unknown> | null
  for (const name in expected) if (!isSame(actual?.[name], expected[name])) return false
  return true
}

// node:util's isDeepStrictEqual would take too much of the one core that the load generator has.
const isSame = (a: unknown, b: unknown) =>
  a === b ||
  (typeof a === 'object' && typeof b === 'object' && a !== null && JSON.stringify(a) === JSON.stringify(b))

const instantOf = memoize((n) => new Date(STARTED_AT + n * 1_000).toISOString())
const dayOf = memoize((n) => new Date(Date.UTC(2026, 5, 1 + (n % 200))).toISOString().slice(0, 10))

function memoize(make: (n: number) => string): (n: number) => string {
  const known = new Map<number, string>()
  return (n) => {
    const value = known.get(n) ?? make(n)
    known.set(n, value)
    return value
  }
}

/** A version 7 UUID, so that the todos of one owner are neighbours in the index. */
function uuid(kind: string, owner: number, n: number): string {
  return `0199f0c5-0000-7000-8${kind}00-${hex(owner, 5)}${hex(n, 7)}`
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
