/** A change that switches one mechanism off, and the test that must fail. */
export type Mutant = {
  /** The claim that the change breaks. */
  claim: string
  file: string
  /** Must occur exactly once in the file. */
  from: string
  to: string
  /** Folder, file and part of the test's name. */
  test: { dir: string; file: string; name?: string }
}

const server = (file: string, name?: string) => ({
  dir: 'apps/server',
  file: `tests/${file}.test.ts`,
  ...(name !== undefined && { name }),
})
const postgres = (file: string, name?: string) => ({
  dir: 'packages/postgres',
  file: `src/${file}.test.ts`,
  ...(name !== undefined && { name }),
})
const data = (file: string, name?: string) => ({
  dir: 'prisma',
  file: `src/${file}.test.ts`,
  ...(name !== undefined && { name }),
})

export const MUTANTS: readonly Mutant[] = [
  {
    claim: "a read uses a replica that has its caller's writes",
    file: 'packages/postgres/src/replication/replication.ts',
    from: 'const able = await candidates(token)',
    to: 'const able = await candidates(undefined)',
    test: server('replicas', 'older than what the client wrote'),
  },
  {
    claim: 'the SDK sends the consistency token back',
    file: 'packages/client/src/transport.ts',
    from: 'if (token > seen) seen = token',
    to: '',
    test: server('replicas', 'older than what the client wrote'),
  },
  {
    claim: 'a read returns a token for what it has seen',
    file: 'packages/api/src/middleware/read-your-writes.ts',
    from: "if (result.ok && type === 'query') onToken(await reader.token())",
    to: "if (type === 'query') return result",
    test: server('replicas', 'older than what the client has seen'),
  },
  {
    claim: 'replicas serve reads',
    file: 'packages/postgres/src/replication/replication.ts',
    from: 'const reader = able[turn % able.length] ?? primary',
    to: 'const reader = able.length > 99 ? (able[0] ?? primary) : primary',
    test: server('replicas', 'older than what the client wrote'),
  },
  {
    claim: 'a token of an unknown timeline is served by the primary',
    file: 'packages/postgres/src/replication/position.ts',
    from: 'seen.timeline === wanted.timeline && seen.lsn >= wanted.lsn',
    to: 'seen.lsn >= wanted.lsn',
    test: server('replicas', 'of an unknown timeline'),
  },
  {
    claim: 'a write whose position cannot be read has a token that is ahead of it',
    file: 'packages/postgres/src/replication/replication.ts',
    from: 'lsn: lsn + BETWEEN_POLLS_BYTES',
    to: 'lsn',
    test: server('replicas', 'whose position cannot be read'),
  },
  {
    claim: 'a cookie carries the token in browsers',
    file: 'apps/server/src/http/consistency-header.ts',
    from: 'const received = [request.headers[TOKEN_HEADER], request.cookies[COOKIE]]',
    to: 'const received = [request.headers[TOKEN_HEADER]]',
    test: server('replicas', 'in a cookie'),
  },
  {
    claim: 'the primary answers a read that fails on a replica',
    file: 'packages/api/src/middleware/read-your-writes.ts',
    from: 'if (result && (result.ok || !isFault(result.error.cause))) return result',
    to: 'if (result) return result',
    test: server('replicas', 'reads that a replica terminates'),
  },
  {
    claim: 'connections to a replica that hangs are terminated',
    file: 'packages/postgres/src/replication/replica.ts',
    from: 'if (misses === MISSES_TO_TERMINATE) database.terminateActive()',
    to: '',
    test: server('replicas', 'a replica that hangs'),
  },
  {
    claim: 'a read after a write waits only briefly for a replica that hangs',
    file: 'packages/postgres/src/replication/replication.ts',
    from: '[sleep(left), ...near',
    to: '[...near',
    test: server('replicas', 'a read after a write'),
  },
  {
    claim: 'a poll that our own load delays does not count as missed',
    file: 'packages/postgres/src/replication/watch.ts',
    from: 'setImmediate(() => reject(noResponse()))',
    to: 'reject(noResponse())',
    test: postgres('replication/watch', 'our own load'),
  },
  {
    claim: 'a replica that no longer answers leaves the rotation',
    file: 'packages/postgres/src/replication/replica.ts',
    from: 'position = seen\n',
    to: 'position = seen ?? position\n',
    test: server('replicas', 'a replica that stops leaves'),
  },
  {
    claim: 'a synchronous standby prevents the loss of acknowledged writes',
    file: 'apps/server/tests/failover.test.ts',
    from: "linkDelayMs: synchronous ? 0 : LINK_DELAY_MS,\n    synchronous: synchronous ? 'ANY 1 (a, b)' : undefined,",
    to: 'linkDelayMs: LINK_DELAY_MS,',
    test: server('failover', 'with a synchronous standby'),
  },
  {
    claim: 'writers refuse a connection to a standby',
    file: 'packages/postgres/src/open-postgres.ts',
    from: '...(!readOnly && { onConnect: refuseStandby }),',
    to: '',
    test: server('replicas', 'an address that leads to a standby'),
  },
  {
    claim: 'the primary serves reads if no replica is left',
    file: 'packages/postgres/src/replication/replication.ts',
    from: 'const reader = able[turn % able.length] ?? primary',
    to: 'const reader = able[turn % able.length] ?? replicas[0] ?? primary',
    test: server('replicas', 'without any replica'),
  },
  {
    claim: 'a replica that is too far behind serves no reads',
    file: 'packages/postgres/src/replication/replication.ts',
    from: 'const MAX_LAG_MS = 10_000',
    to: 'const MAX_LAG_MS = 10_000_000',
    test: server('replicas', 'too far behind'),
  },
  {
    claim: 'replicas learn the timeline of a promoted primary',
    file: 'packages/postgres/src/replication/replication.ts',
    from: 'if (position.timeline !== recorded) void record(position)',
    to: 'if (recorded === undefined) void record(position)',
    test: server('failover', 'with a synchronous standby'),
  },
  {
    claim: 'replication lag is measured',
    file: 'packages/postgres/src/replication/lag.ts',
    from: 'return missing ? now() - missing.at : 0',
    to: 'return 0',
    test: postgres('replication/replication', 'is the time since'),
  },
  {
    claim: 'requests beyond the capacity of the pool are refused at once',
    file: 'packages/postgres/src/open-postgres.ts',
    from: '    maxWaiting,\n',
    to: '    maxWaiting: Infinity,\n',
    test: server('pool'),
  },
  {
    claim: 'the start detects pools that are too large for the server',
    file: 'packages/postgres/src/connection/check-server.ts',
    from: 'if (perInstance > connections) {',
    to: 'if (perInstance > connections * 1000) {',
    test: server('pgbouncer', 'a pool larger than the server'),
  },
  {
    claim: 'the start detects a pooler that mixes up prepared statements',
    file: 'packages/postgres/src/connection/check-server.ts',
    from: 'if (preparesStatements && ',
    to: 'if (!preparesStatements && ',
    test: server('pgbouncer', 'one that mixes up'),
  },
  {
    claim: '?pgbouncer=true disables prepared statements',
    file: 'packages/postgres/src/open-postgres.ts',
    from: "const nameOf = preparesStatements ? statementNames() : () => ''",
    to: 'const nameOf = statementNames()',
    test: server('pgbouncer', 'serves with'),
  },
  {
    claim: 'keys are read again before a token with an unknown key is refused',
    file: 'apps/server/src/jwt-keys.ts',
    from: '!reread()) throw error',
    to: 'true) throw error',
    test: server('jwt-keys', 'a new key is read'),
  },
  {
    claim: 'a key signs only after all instances have it',
    file: 'apps/server/src/jwt-keys.ts',
    from: 'readFolder(jwtKeysDir, jwtKeysDelaySeconds * 1000)',
    to: 'readFolder(jwtKeysDir, 0)',
    test: server('key-rotation', 'in any order'),
  },
  {
    claim: 'tokens of the previous secret are accepted',
    file: 'apps/server/src/jwt-keys.ts',
    from: '[jwtSecret, jwtSecretPrevious]',
    to: '[jwtSecret]',
    test: server('jwt-keys', 'both verify'),
  },
  {
    claim: 'the folder of keys is watched',
    file: 'apps/server/src/jwt-keys.ts',
    from: 'setInterval(poll, POLL_MS).unref()',
    to: 'setInterval(() => undefined, POLL_MS).unref()',
    test: server('jwt-keys', 'no longer accepted'),
  },
  {
    claim: 'only one of several instances deletes expired rows',
    file: 'packages/core/src/retention/prune.ts',
    from: 'if (!lock?.mine) return undefined',
    to: '',
    test: {
      dir: 'packages/core',
      file: 'src/retention/prune.test.ts',
      name: 'while another instance deletes',
    },
  },
  {
    claim: 'expired rows are deleted in small batches',
    file: 'packages/core/src/retention/prune.ts',
    from: 'ORDER BY ${time} LIMIT $2::int',
    to: 'ORDER BY ${time} LIMIT $2::int * 1000',
    test: { dir: 'packages/core', file: 'src/retention/prune.test.ts', name: 'in small batches' },
  },
  {
    claim: 'a migration waits briefly for its locks',
    file: 'prisma/src/migrate.ts',
    from: 'const LOCK_TIMEOUT_MS = 1_000',
    to: 'const LOCK_TIMEOUT_MS = 60_000',
    test: server('migrate-under-traffic'),
  },
  {
    claim: 'each migration is applied once',
    file: 'prisma/src/migrate.ts',
    from: 'if (rows[0]?.mine) return',
    to: 'return',
    test: data('migrate', 'once, however many'),
  },
  {
    claim: 'every statement is limited to one owner',
    file: 'prisma/src/statements/select-todos.ts',
    from: 'WHERE t.owner_id = ${$.ownerId} AND t.id = ${$.id}`',
    to: 'WHERE (${$.ownerId} IS NOT NULL) AND t.id = ${$.id}`',
    test: server('api'),
  },
  {
    claim: 'todos that are read together are limited to one owner, too',
    file: 'prisma/src/statements/select-todos.ts',
    from: 'WHERE t.owner_id = ${$.ownerId} AND t.id = ANY(${$.ids})',
    to: 'WHERE (${$.ownerId} IS NOT NULL) AND t.id = ANY(${$.ids})',
    test: { dir: 'packages/core', file: 'src/todos/get-todo.test.ts', name: 'one statement per owner' },
  },
  {
    claim: 'lookups do not wait for one another',
    file: 'packages/postgres/src/statements/pipelines.ts',
    from: 'new SocketClient({ ...config, pipeline: true })',
    to: 'new SocketClient(config)',
    test: postgres('statements/pipelines', 'without waiting'),
  },
  {
    claim: 'lookups of one turn of the event loop are sent together',
    file: 'packages/postgres/src/statements/batched-query.ts',
    from: 'stream.cork()',
    to: '',
    test: postgres('statements/batched-query', 'written together'),
  },
  {
    claim: 'a locked table does not delay lookups of other tables',
    file: 'packages/postgres/src/open-postgres.ts',
    from: 'statement_timeout: Math.min(statementTimeoutMs, LOOKUP_TIMEOUT_MS)',
    to: 'statement_timeout: statementTimeoutMs',
    test: postgres('statements/pipelines', 'locked table'),
  },
  {
    claim: 'lookups behind a slow one run again on a new pipeline',
    file: 'packages/postgres/src/statements/pipelines.ts',
    from: 'if (!replaced.has(client)) throw error',
    to: 'throw error',
    test: postgres('statements/pipelines', 'takes too long'),
  },
  {
    claim: 'a statement that a migration made stale runs again',
    file: 'packages/postgres/src/statements/run-statement.ts',
    from: '!(isStalePlan(error) || isLostStatement(error))',
    to: 'isStalePlan(error)',
    test: postgres('statements/stale-plans', 'no statement fails'),
  },
]
