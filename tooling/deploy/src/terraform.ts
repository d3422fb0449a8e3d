// `pnpm infra:terraform plan production`, `… apply production`: the steps of the pipeline. TF_STATE_BUCKET and AWS_REGION
// name the bucket of the state and the region, TF_VAR_… the variables of the environment.
import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'

const INFRA = join(import.meta.dirname, '../../../infra')
const PLAN = 'planned.tfplan'
const { TF_STATE_BUCKET = '', AWS_REGION = '', GITHUB_STEP_SUMMARY } = process.env

const [command = '', environment = ''] = process.argv.slice(2)
if (!['plan', 'apply'].includes(command)) throw new Error('the command must be plan or apply')
if (!['staging', 'production'].includes(environment))
  throw new Error('the environment must be staging or production')
if (TF_STATE_BUCKET === '' || AWS_REGION === '') throw new Error('TF_STATE_BUCKET and AWS_REGION must be set')
const folder = join(INFRA, 'terraform/environments', environment)

// The module `secrets` packs the bundle for Lambda.
execFileSync(process.execPath, [join(INFRA, 'key-rotation/build.ts')], { stdio: 'inherit' })
terraform(
  'init',
  `-backend-config=bucket=${TF_STATE_BUCKET}`,
  `-backend-config=key=todo/${environment}.tfstate`,
  `-backend-config=region=${AWS_REGION}`,
)
terraform('plan', '-lock-timeout=5m', `-out=${PLAN}`)
if (GITHUB_STEP_SUMMARY) {
  const plan = await run('terraform', [`-chdir=${folder}`, 'show', '-no-color', PLAN])
  appendFileSync(GITHUB_STEP_SUMMARY, `### ${environment}\n\n\`\`\`\n${plan}\n\`\`\`\n`)
}
if (command === 'apply') terraform('apply', '-lock-timeout=5m', PLAN)

function terraform(subcommand: string, ...args: string[]): void {
  const env = { ...process.env, TF_VAR_region: AWS_REGION }
  execFileSync('terraform', [subcommand, '-input=false', ...args], { cwd: folder, env, stdio: 'inherit' })
}
