// Rules for our pipelines that actionlint does not check.
import { documentsOf } from '../files.ts'

type Step = { uses?: string; run?: string; with?: Record<string, unknown> }

type Job = {
  uses?: string
  needs?: string | string[]
  steps?: Step[]
  permissions?: unknown
  'timeout-minutes'?: number
}

export type Workflow = {
  on: Record<string, unknown>
  permissions?: unknown
  concurrency?: unknown
  jobs: Record<string, Job>
}

export type WorkflowFile = { path: string; text: string }

const workflowOf = ({ text }: WorkflowFile) => documentsOf(text)[0] as Workflow

/** Actions are pinned to a commit, because tags can move. A comment names the version. */
export const pinFindings = (files: readonly WorkflowFile[]): string[] => {
  const pins = new Map<string, string>()
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].flatMap(([, uses = '']) => {
      if (/^\.\/\.github\/workflows\/[\w-]+\.yml$/.test(uses)) return []
      const { repository = '', pin = '' } =
        /^(?<repository>[\w.-]+\/[\w.-]+)(?:\/[\w./-]+)?@(?<pin>[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.exec(uses)
          ?.groups ?? {}
      if (pin === '') return [`${path}: ${uses} is not pinned to a commit, with its version as a comment`]
      const known = pins.get(repository) ?? pin
      pins.set(repository, known)
      return known === pin ? [] : [`${path}: ${repository} is pinned to two commits`]
    }),
  )
}

/** Each job lists its permissions, and nothing runs untrusted code with them. */
export const permissionFindings = (files: readonly WorkflowFile[]): string[] =>
  files.flatMap((file) => {
    const { on, permissions, concurrency, jobs } = workflowOf(file)
    const findings: string[] = []
    if (JSON.stringify(permissions) !== '{}') findings.push('grants permissions to all jobs')
    if (concurrency === undefined) findings.push('allows concurrent runs')
    for (const event of ['pull_request_target', 'workflow_run', 'issue_comment'])
      if (event in on) findings.push(`runs on ${event}, which gives untrusted code our permissions`)
    for (const [, secret = ''] of file.text.matchAll(/\bsecrets\.(\w+)/g))
      if (secret !== 'GITHUB_TOKEN') findings.push(`uses the long-lived secret ${secret}`)
    if (/secrets: inherit|aws-(secret-)?access-key/.test(file.text))
      findings.push('passes long-lived keys on')
    return [...findings, ...Object.entries(jobs).flatMap(jobFindings)].map(
      (finding) => `${file.path}: ${finding}`,
    )
  })

function jobFindings([name, job]: [string, Job]): string[] {
  const findings: string[] = []
  if (typeof job.permissions !== 'object' || job.permissions === null) findings.push('lists no permissions')
  if (job.uses === undefined && job['timeout-minutes'] === undefined) findings.push('has no timeout')
  for (const { uses = '', with: inputs = {} } of job.steps ?? [])
    if (uses.startsWith('actions/checkout@') && inputs['persist-credentials'] !== false)
      findings.push('keeps its token in the work tree')
  return findings.map((finding) => `${name} ${finding}`)
}

const COMMAND = /^(?:npm run|npm|sh scripts\/pnpm\.sh) ([\w:-]+)((?: (?:--|[\w=-]+|"\$\w+"|"\$\w+@\$\w+"))*)$/

/** A step runs an action or one script of package.json, so everyone can run it locally. Inputs are passed as variables. */
export const commandFindings = (files: readonly WorkflowFile[], scripts: ReadonlySet<string>): string[] =>
  files.flatMap((file) =>
    Object.values(workflowOf(file).jobs)
      .flatMap(({ steps = [] }) => steps)
      .flatMap(({ run }) => {
        if (run === undefined) return []
        const script = COMMAND.exec(run)?.[1]
        if (script === undefined) return [`${file.path}: ${run} is not a single script`]
        return scripts.has(script) ? [] : [`${file.path}: package.json has no script ${script}`]
      }),
  )
