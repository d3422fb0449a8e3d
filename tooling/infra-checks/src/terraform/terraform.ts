import { type Ran, run } from '../tools.ts'

/** Runs Terraform in a folder; `env` names the providers. */
export function terraform(
  dir: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  return run('terraform', [`-chdir=${dir}`, ...args], {
    env: {
      ...env,
      // Asks nobody for newer versions, and takes no settings of whoever runs it.
      CHECKPOINT_DISABLE: '1',
      TF_CLI_CONFIG_FILE: '/dev/null',
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
    },
  })
}
