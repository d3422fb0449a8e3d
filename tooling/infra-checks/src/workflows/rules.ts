// What actionlint does not ask of our pipelines.
import { documentsOf } from '../files.ts'

type Step = { uses?: string; run?: string; with?: Record<string, unknown> }

type Job = { uses?: string; steps?: Step[]; permissions?: unknown; 'timeout-minutes'?: number }

export type Workflow = {
  on: Record<string, unknown>
  permissions?: unknown
  concurrency?: unknown
  jobs: Record<string, Job>
}

export type WorkflowFile = { path: string; text: string }

const workflowOf = ({ text }: WorkflowFile) => documentsOf(text)[0] as Workflow

/** An action is whatever its repository says at the time, but for a commit; the comment says which version that was. */
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

/** Nobody has a right that is not written at its job, and nothing runs for strangers with ours. */
export const rightsFindings = (files: readonly WorkflowFile[]): string[] =>
  files.flatMap((file) => {
    const { on, permissions, concurrency, jobs } = workflowOf(file)
    const findings: string[] = []
    if (JSON.stringify(permissions) !== '{}') findings.push('gives rights to all of its jobs')
    if (concurrency === undefined) findings.push('may run twice at once')
    for (const event of ['pull_request_target', 'workflow_run', 'issue_comment'])
      if (event in on) findings.push(`runs on ${event}, with our rights on what strangers wrote`)
    for (const [, secret = ''] of file.text.matchAll(/\bsecrets\.(\w+)/g))
      if (secret !== 'GITHUB_TOKEN') findings.push(`uses ${secret}, a key that lasts`)
    if (/secrets: inherit|aws-(secret-)?access-key/.test(file.text)) findings.push('hands keys on')
    return [...findings, ...Object.entries(jobs).flatMap(jobFindings)].map(
      (finding) => `${file.path}: ${finding}`,
    )
  })

function jobFindings([name, job]: [string, Job]): string[] {
  const findings: string[] = []
  if (typeof job.permissions !== 'object' || job.permissions === null)
    findings.push('does not say which rights it needs')
  if (job.uses === undefined && job['timeout-minutes'] === undefined) findings.push('has no time limit')
  for (const { uses = '', with: inputs = {} } of job.steps ?? [])
    if (uses.startsWith('actions/checkout@') && inputs['persist-credentials'] !== false)
      findings.push('leaves its token in the work tree')
  return findings.map((finding) => `${name} ${finding}`)
}

const COMMAND = /^(?:npm run|npm|sh scripts\/pnpm\.sh) ([\w:-]+)((?: (?:--|[\w=-]+|"\$\w+"|"\$\w+@\$\w+"))*)$/

/** A step is an action or one script of package.json, which anybody can run; what others wrote reaches it as a variable. */
export const commandFindings = (files: readonly WorkflowFile[], scripts: ReadonlySet<string>): string[] =>
  files.flatMap((file) =>
    Object.values(workflowOf(file).jobs)
      .flatMap(({ steps = [] }) => steps)
      .flatMap(({ run }) => {
        if (run === undefined) return []
        const script = COMMAND.exec(run)?.[1]
        if (script === undefined) return [`${file.path}: ${run} is not one script`]
        return scripts.has(script) ? [] : [`${file.path}: package.json has no script ${script}`]
      }),
  )
