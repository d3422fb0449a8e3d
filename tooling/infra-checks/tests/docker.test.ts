import { validate } from 'dockerfile-utils'
import { expect, test } from 'vitest'
import { textOf } from '../src/files.ts'

const DOCKERFILE = textOf('infra/docker/Dockerfile')
const lastStage = DOCKERFILE.slice(DOCKERFILE.lastIndexOf('\nFROM '))

const findings = (dockerfile: string) => validate(dockerfile).map(({ message }) => message)

test('the linter accepts the Dockerfile, and rejects a broken one', () => {
  expect(findings(DOCKERFILE)).toEqual([])
  expect(findings(DOCKERFILE.replace('EXPOSE 8000', 'EXPOSE eighty'))).not.toEqual([])
})

test('the last stage contains only the runtime and is unprivileged', () => {
  expect(lastStage).toMatch(/^\nFROM scratch\n/)
  expect(lastStage).toMatch(/^USER \d+:\d+$/m)
  expect(lastStage).toMatch(/^EXPOSE 8000$/m)
  expect(lastStage).toMatch(/^STOPSIGNAL SIGTERM$/m)
  expect(lastStage).toMatch(/^ENV NODE_ENV=production HOST=0\.0\.0\.0 PORT=8000 /m)
  expect(lastStage).toMatch(/CMD \["\/usr\/local\/bin\/node", "\/app\/server\.js", "healthcheck"\]/)
  expect(lastStage).toMatch(/^CMD \["serve"\]$/m)
  expect(lastStage).not.toMatch(/^(RUN|ADD|VOLUME)/m)
})

test('every base image is a build argument', () => {
  const bases = [...DOCKERFILE.matchAll(/^FROM (?:--platform=\S+ )?(\S+)/gm)].map(([, base]) => base)
  const stages = [...DOCKERFILE.matchAll(/ AS (\w+)$/gm)].map(([, stage]) => stage)
  for (const base of bases)
    expect([...stages, 'scratch', '${NODE_IMAGE}', '${TARGET_NODE_IMAGE}']).toContain(base)
})
