import { randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openContext } from '../testing/context.ts'
import { allTodos, as, makeTodo, makeUser } from '../testing/factories.ts'

const ctx = await openContext()

describe('text search', async () => {
  const user = as(await makeUser(ctx))
  const texts = [
    'Crème brûlée',
    'Buy oat-milk',
    "Rock 'n' roll",
    'C++ & C#',
    'Mail ada.lovelace@example.com',
    'See https://example.org/path/page?q=1',
    'Pay 3.14 for v1.2.3',
    'Straße kehren',
    '牛乳を買う',
    'foo_bar baz',
    'cafe\u0301 au lait',
  ]
  for (const title of texts) await makeTodo(user, { title })
  await makeTodo(user, { title: 'plain', description: 'the *description* has Zitronen' })

  const found = async (text: string) => (await allTodos(user, { text })).map(({ title }) => title).toSorted()

  test.each([
    ['creme', ['Crème brûlée']],
    ['CRÈME', ['Crème brûlée']],
    ['bru cre', ['Crème brûlée']],
    ['rème', []],
    ['zitr', ['plain']],
    ['plain zitronen', ['plain']],
    ['oat milk', ['Buy oat-milk']],
    ['oat-milk', ['Buy oat-milk']],
    ['oat-mi', ['Buy oat-milk']],
    ['milk', ['Buy oat-milk']],
    ["rock 'n'", ["Rock 'n' roll"]],
    ["rock'", ["Rock 'n' roll"]],
    ['"rock" (roll)', ["Rock 'n' roll"]],
    ['rock | brulee', []],
    ['!rock', ["Rock 'n' roll"]],
    ['rock & roll:*', ["Rock 'n' roll"]],
    ['rock <-> roll', ["Rock 'n' roll"]],
    ['c++', ['C++ & C#', 'Crème brûlée', 'cafe\u0301 au lait']],
    ['ada.lovelace@example.com', ['Mail ada.lovelace@example.com']],
    ['ada.love', ['Mail ada.lovelace@example.com']],
    ['https://example.org/path/page?q=1', ['See https://example.org/path/page?q=1']],
    ['example.org', ['See https://example.org/path/page?q=1']],
    ['https://example.org/pa', ['See https://example.org/path/page?q=1']],
    ['ada.lovelace@', ['Mail ada.lovelace@example.com']],
    ['3.14', ['Pay 3.14 for v1.2.3']],
    ['strasse', ['Straße kehren']],
    ['straße', ['Straße kehren']],
    ['牛乳', ['牛乳を買う']],
    ['foo_bar', ['foo_bar baz']],
    ['foo', ['foo_bar baz']],
    ['café', ['cafe\u0301 au lait']],
    ['cafe', ['cafe\u0301 au lait']],
    ['cafe\u0301', ['cafe\u0301 au lait']],
    ['!!!', []],
    ["'", []],
    ['\\', []],
    [':*', []],
    [' ', []],
  ])('%j finds %j', async (text, expected) => {
    expect(await found(text)).toEqual(expected.toSorted())
  })

  test('no text makes the search fail', async () => {
    const alphabet = [...'ab1 \'"\\&|!()<->:*%_.@/-,#\t\né€😀\u200d\u0301']
    for (let i = 0; i < 300; i += 1) {
      const text = Array.from({ length: 1 + randomInt(12) }, () => alphabet[randomInt(alphabet.length)]).join(
        '',
      )
      await expect(found(text), JSON.stringify(text)).resolves.toBeDefined()
    }
    await expect(found('a '.repeat(100))).resolves.toBeDefined()
  })
})
