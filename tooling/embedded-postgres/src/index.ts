export { run, userFor } from './run.ts'
export { freePort } from './settings.ts'
export { type EmbeddedOptions, type EmbeddedPostgres, startCluster, startEmbeddedPostgres } from './start.ts'
export { stopClusters } from './stop-clusters.ts'
