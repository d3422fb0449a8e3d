import { hasTool } from '../../src/tools.ts'

const CHECKED_BY: Record<string, string> = {
  caddy: 'Caddyfile',
  kubectl: 'Kubernetes overlays',
  promtool: 'Prometheus configuration, rules and their tests',
  shellcheck: 'shell scripts',
  terraform: 'Terraform',
}

/** Names the checks that are skipped, because the count of skipped tests says little. */
export default function nameMissingTools(): void {
  for (const [tool, what] of Object.entries(CHECKED_BY)) {
    if (!hasTool(tool)) console.log(`- ${what}: skipped, ${tool} is not installed`)
  }
}
