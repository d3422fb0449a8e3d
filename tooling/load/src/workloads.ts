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

/** One request: who sends it, and whether the answer to it is right. */
export type Step = { owner: number; call: Call; isRight: (answer: unknown) => boolean }

export type Round = {
  calls: Calls
  scale: Scale
  /** From 0 up to `below`. */
  random: (below: number) => number
  /** Names each round of each door: what can be done only once is done to todos of this round alone. */
  number: number
  rounds: number
  /** Of the page behind `farFrom` todos of the big owner. */
  cursor: string | undefined
}

/** Makes the requests of a round, one after another. */
export type Workload = (round: Round) => () => Step

const get: Workload = ({ calls, scale, random }) => {
  return () => {
    const owner = random(readers(scale))
    const n = 1 + random(TODOS_PER_OWNER)
    return { owner, call: calls.get(todoId(owner, n)), isRight: (answer) => isSeeded(answer, owner, n) }
  }
}

const list: Workload = ({ calls, scale, random }) => {
  const first = range(1, PAGE)
  return () => {
    const owner = random(readers(scale))
    return {
      owner,
      call: calls.list({ limit: PAGE }),
      isRight: (answer) => isPage(answer, { owner, numbers: first, more: true }),
    }
  }
}

/** Pages of one owner, by position. */
const pageOf =
  (which: (scale: Scale) => number, skip: (scale: Scale) => number): Workload =>
  ({ calls, scale, cursor }) => {
    const owner = which(scale)
    const numbers = range(skip(scale) + 1, skip(scale) + PAGE)
    const query = { limit: PAGE, ...(skip(scale) > 0 && { cursor: cursor ?? '' }) }
    return () => ({
      owner,
      call: calls.list(query),
      isRight: (answer) => isPage(answer, { owner, numbers, more: true }),
    })
  }

const big = ({ owners }: Scale) => owners

const filtered: Workload = ({ calls, scale, random }) => {
  const open = openTodos().filter((n) => n % 2 === 1)
  const sorted = open.toSorted((a, b) => (b % 5) - (a % 5) || b - a).slice(0, PAGE)
  return () => {
    const owner = random(readers(scale))
    const query = { listId: workId(owner), completed: false, sort: 'priority', order: 'desc', limit: PAGE }
    return {
      owner,
      call: calls.list(query),
      isRight: (answer) => isPage(answer, { owner, numbers: sorted, more: true }),
    }
  }
}

const search: Workload = ({ calls, scale, random }) => {
  const found = new Map(
    WORDS.map((word) => [
      word,
      range(1, TODOS_PER_OWNER).filter((n) => String(todoOf(0, n)['title']).includes(word)),
    ]),
  )
  return () => {
    const owner = random(readers(scale))
    const word = WORDS[random(WORDS.length)] ?? ''
    const hits = found.get(word) ?? []
    return {
      owner,
      call: calls.list({ text: word, limit: PAGE }),
      isRight: (answer) => isPage(answer, { owner, numbers: hits.slice(0, PAGE), more: hits.length > PAGE }),
    }
  }
}

const create: Workload = ({ calls, scale, random }) => {
  return () => {
    const title = `${WORDS[random(WORDS.length)]} ${random(1_000_000)}`
    const fields = { title, priority: random(5), due: { date: '2026-12-24' } }
    return {
      owner: writer(scale, random),
      call: calls.create(fields),
      isRight: (answer) =>
        has(answer, { title, priority: fields.priority, version: 1, completedAt: null }) &&
        has((answer as { due: unknown }).due, fields.due),
    }
  }
}

const change: Workload = ({ calls, scale, random }) => {
  return () => {
    const owner = writer(scale, random)
    const n = 1 + random(TODOS_PER_OWNER)
    const fields = { title: `${WORDS[random(WORDS.length)]} ${random(1_000_000)}`, priority: random(5) }
    return {
      owner,
      call: calls.change(todoId(owner, n), fields),
      isRight: (answer) => has(answer, { id: todoId(owner, n), ...fields }) && versionOf(answer) > 1,
    }
  }
}

const complete: Workload = ({ calls, scale, number, rounds }) => {
  // An open todo can be completed once: each round has its own, and ends when it has none left.
  const open = openTodos()
  let next = number
  return () => {
    const owner = readers(scale) + Math.floor(next / open.length)
    const n = open[next % open.length] ?? 1
    next += rounds
    if (owner >= scale.owners) throw new Error('no open todo is left: seed more owners')
    return {
      owner,
      call: calls.complete(todoId(owner, n)),
      isRight: (answer) =>
        has(answer, { id: todoId(owner, n) }) && versionOf(answer) > 1 && completedAt(answer) !== null,
    }
  }
}

const batch: Workload = ({ calls, scale, random }) => {
  return () => {
    const owner = random(readers(scale))
    const numbers = range(1, 10).map(() => 1 + random(TODOS_PER_OWNER))
    if (!calls.batch) throw new Error('this protocol has no batches')
    return {
      owner,
      call: calls.batch(numbers.map((n) => todoId(owner, n))),
      isRight: (answer) =>
        Array.isArray(answer) &&
        answer.length === numbers.length &&
        numbers.every((n, index) => isSeeded(answer[index], owner, n)),
    }
  }
}

const logIn: Workload = ({ calls, scale, random }) => {
  return () => {
    const owner = random(readers(scale))
    return {
      owner,
      call: calls.logIn({ email: emailOf(owner), password: PASSWORD }),
      isRight: (answer) => has(answer, { tokenType: 'Bearer' }) && 'accessToken' in (answer as object),
    }
  }
}

/** First pages, and the pages behind them by the cursors that came with them. */
const leafThrough: Workload = (round) => {
  const first = list(round)
  const second = range(PAGE + 1, 2 * PAGE)
  const came: { owner: number; cursor: string }[] = []
  return () => {
    const next = round.random(3) === 0 ? came.pop() : undefined
    if (next) {
      const { owner, cursor } = next
      return {
        owner,
        call: round.calls.list({ limit: PAGE, cursor }),
        isRight: (answer) => isPage(answer, { owner, numbers: second, more: true }),
      }
    }
    const step = first()
    return {
      ...step,
      isRight(answer) {
        const isRight = step.isRight(answer)
        if (isRight) came.push({ owner: step.owner, cursor: (answer as { nextCursor: string }).nextCursor })
        return isRight
      },
    }
  }
}

/** Four reads in five. */
const mix: Workload = (round) => {
  const parts: [number, () => Step][] = [
    [40, get(round)],
    [70, leafThrough(round)],
    [75, filtered(round)],
    [80, search(round)],
    [88, create(round)],
    [100, change(round)],
  ]
  return () => {
    const dice = round.random(100)
    const step = parts.find(([below]) => dice < below)?.[1] ?? get(round)
    return step()
  }
}

/**
 * In this order: what a connection executes first decides how Postgres plans a statement from then on, so the pages come
 * behind the mix, in which people leaf through lists of all sizes.
 */
export const WORKLOADS = {
  mix,
  'first page': pageOf(
    () => 0,
    () => 0,
  ),
  'first page of many': pageOf(big, () => 0),
  'far page of many': pageOf(big, farFrom),
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
export const WRITES: WorkloadName[] = ['create', 'change', 'complete']

/** Where page 5 000 of a million todos begins, or as far in fewer. */
export function farFrom({ bigTodos }: Scale): number {
  return (bigTodos / 200 - 1) * PAGE
}

/** The last quarter of the owners is written to, the others stay as they were seeded. */
const readers = ({ owners }: Scale) => Math.floor(owners * 0.75)

const writer = (scale: Scale, random: Round['random']) => {
  const first = readers(scale)
  return first + random(scale.owners - first)
}

/** Of each owner. */
const openTodos = () => range(1, TODOS_PER_OWNER).filter((n) => !isCompleted(n))

/** How many todos there are to complete. */
export const completable = (scale: Scale) => (scale.owners - readers(scale)) * openTodos().length

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

type Expected = { owner: number; numbers: number[]; more: boolean }

function isPage(answer: unknown, { owner, numbers, more }: Expected): boolean {
  const { items, nextCursor } = answer as { items?: unknown[]; nextCursor?: unknown }
  return (
    items?.length === numbers.length &&
    numbers.every((n, index) => isSeeded(items[index], owner, n)) &&
    (typeof nextCursor === 'string') === more
  )
}

const has = (answer: unknown, members: Record<string, unknown>) =>
  Object.entries(members).every(
    ([name, value]) => (answer as Record<string, unknown> | null)?.[name] === value,
  )

const versionOf = (answer: unknown) => (answer as { version: number }).version
const completedAt = (answer: unknown) => (answer as { completedAt: string | null }).completedAt
