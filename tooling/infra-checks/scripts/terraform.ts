// `pnpm infra:terraform plan production`, `… apply production`: as the pipeline does it. The bucket of the state and the
// region are in TF_STATE_BUCKET and AWS_REGION, the variables of the environment in TF_VAR_….
import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../src/tools.ts'

const INFRA = join(import.meta.dirname, '../../../infra')
const PLAN = 'planned.tfplan'
const { TF_STATE_BUCKET = '', AWS_REGION = '', GITHUB_STEP_SUMMARY } = process.env

const [command = '', environment = ''] = process.argv.slice(2)
if (!['plan', 'apply'].includes(command)) throw new Error('the command must be plan or apply')
if (!['staging', 'production'].includes(environment))
  throw new Error('the environment must be staging or production')
if (TF_STATE_BUCKET === '' || AWS_REGION === '') throw new Error('TF_STATE_BUCKET and AWS_REGION must be set')
const folder = join(INFRA, 'terraform/environments', environment)

// What the module `secrets` packs for Lambda.
must(process.execPath, [join(INFRA, 'key-rotation/build.ts')])
terraform(
  'init',
  `-backend-config=bucket=${TF_STATE_BUCKET}`,
  `-backend-config=key=todo/${environment}.tfstate`,
  `-backend-config=region=${AWS_REGION}`,
)
terraform('plan', '-lock-timeout=5m', `-out=${PLAN}`)
if (GITHUB_STEP_SUMMARY) {
  const { stdout } = await run('terraform', ['show', '-no-color', PLAN], { cwd: folder })
  appendFileSync(GITHUB_STEP_SUMMARY, `### ${environment}\n\n\`\`\`\n${stdout.trim()}\n\`\`\`\n`)
}
if (command === 'apply') terraform('apply', '-lock-timeout=5m', PLAN)

function terraform(subcommand: string, ...args: string[]): void {
  must('terraform', [subcommand, '-input=false', ...args])
}

function must(program: string, args: string[]): void {
  const env = { ...process.env, TF_VAR_region: AWS_REGION }
  const { status, error } = spawnSync(program, args, { cwd: folder, env, stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args[0]} failed`)
}
