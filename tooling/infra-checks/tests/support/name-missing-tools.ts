import { hasTool } from '../../src/tools.ts'

const CHECKED_BY: Record<string, string> = {
  caddy: 'the Caddyfile',
  kubectl: 'the overlays of Kubernetes',
  promtool: "Prometheus' configuration, and its rules with their tests",
  shellcheck: 'shell scripts',
  terraform: 'fmt, validate and test of Terraform',
}

/** Says which checks are left out, as a count of skipped tests says little. */
export default function nameMissingTools(): void {
  for (const [tool, what] of Object.entries(CHECKED_BY)) {
    if (!hasTool(tool)) console.log(`- ${what}: skipped, ${tool} is not installed`)
  }
}
