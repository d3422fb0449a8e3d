import { join } from 'node:path'
import { ROOT, documentsOf } from '../files.ts'
import { outputOf } from '../tools.ts'
import type { Manifest } from './manifest.ts'

export const OVERLAYS = ['development', 'staging', 'production'] as const

/** The objects that `kubectl apply --kustomize` would send. @throws Error if kustomize rejects the overlay */
export async function render(overlay: string): Promise<Manifest[]> {
  const yaml = await outputOf('kubectl', ['kustomize', join(ROOT, 'infra/k8s/overlays', overlay)])
  return documentsOf(yaml) as Manifest[]
}
