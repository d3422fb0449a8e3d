import { type Ran, run } from '../tools.ts'

/** Runs Terraform in a folder; `env` points it to the simulated providers. */
export function terraform(
  dir: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  return run('terraform', [`-chdir=${dir}`, ...args], {
    env: {
      ...env,
      // No check for newer versions, and no settings of the user.
      CHECKPOINT_DISABLE: '1',
      TF_CLI_CONFIG_FILE: '/dev/null',
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
    },
  })
}
