import type { Manifest } from '../manifest.ts'
import {
  autoscalingFindings,
  connectionFindings,
  disruptionFindings,
  rolloutFindings,
  spreadFindings,
} from './availability.ts'
import { ingressFindings, monitorFindings, networkFindings } from './network.ts'
import { imageFindings, probeFindings, resourceFindings, securityFindings, shutdownFindings } from './pods.ts'
import {
  databaseFindings,
  environmentFindings,
  keyFindings,
  serviceFindings,
  volumeFindings,
} from './references.ts'

/** Every policy violation in a rendered environment. `known` are the variables that the server reads. */
export const policyFindings = (manifests: readonly Manifest[], known: ReadonlySet<string>): string[] => [
  ...imageFindings(manifests),
  ...resourceFindings(manifests),
  ...securityFindings(manifests),
  ...probeFindings(manifests),
  ...shutdownFindings(manifests),
  ...rolloutFindings(manifests),
  ...spreadFindings(manifests),
  ...disruptionFindings(manifests),
  ...autoscalingFindings(manifests),
  ...connectionFindings(manifests),
  ...serviceFindings(manifests),
  ...keyFindings(manifests),
  ...volumeFindings(manifests),
  ...environmentFindings(manifests, known),
  ...databaseFindings(manifests),
  ...ingressFindings(manifests),
  ...monitorFindings(manifests),
]

/** For clusters that are shared with others. */
export const isolationFindings = networkFindings
