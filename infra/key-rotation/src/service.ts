import {
  ClusterNotFoundException,
  DescribeServicesCommand,
  type ECSClient,
  type Service as EcsService,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'

/** The service whose tasks read a secret at start. */
export type Service = {
  /** True if all tasks have started after that time. */
  isDeployedSince: (time: Date) => Promise<boolean>
  /** Starts new tasks, and stops the old ones once the new ones are healthy. */
  redeploy: () => Promise<void>
}

/** A service that does not exist yet counts as deployed. */
export function ecsService(
  client: ECSClient,
  { cluster, service }: { cluster: string; service: string },
): Service {
  return {
    isDeployedSince: async (time) => {
      const found = await find(client, { cluster, service })
      if (found === undefined) return true
      const [latest, ...older] = found.deployments ?? []
      const isDone = older.length === 0 && latest?.rolloutState === 'COMPLETED'
      return isDone && latest.createdAt !== undefined && latest.createdAt >= time
    },
    redeploy: async () => {
      if ((await find(client, { cluster, service })) === undefined) return
      await client.send(new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }))
    },
  }
}

async function find(
  client: ECSClient,
  { cluster, service }: { cluster: string; service: string },
): Promise<EcsService | undefined> {
  try {
    const { services = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }))
    return services.find(({ status }) => status === 'ACTIVE')
  } catch (error) {
    if (error instanceof ClusterNotFoundException) return undefined
    throw error
  }
}
