import type { TestProject } from 'vitest/node'
import { startTestServer } from './test-server.ts'

/** Vitest global setup: starts one server for the whole run. Tests get its URL by `inject('testServerUrl')`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer()
  project.provide('testServerUrl', server.url)
  return server.stop
}
