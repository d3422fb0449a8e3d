export type Service = {
  image?: string
  build?: unknown
  environment?: Record<string, string>
  ports?: string[]
  volumes?: string[]
  networks?: string[]
  depends_on?: Record<string, { condition?: string }>
  command?: string[]
  restart?: string
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  mem_limit?: string
  cpus?: number
  stop_grace_period?: string
}

export type Compose = {
  name?: string
  services: Record<string, Service>
  volumes?: Record<string, unknown>
  networks?: Record<string, unknown>
}

/** Faults in any Compose file. Each finding starts with the service's name. */
export function findingsOf({ services, volumes = {}, networks = {} }: Compose): string[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const findings: string[] = []
    const { image, build } = service
    if (image === undefined && build === undefined) findings.push('has neither an image nor a build')
    if (image !== undefined && !image.startsWith('${') && !/:[^:/]*\d/.test(image)) {
      findings.push(`has the image ${image} without a version`)
    }
    for (const other of Object.keys(service.depends_on ?? {})) {
      if (!(other in services)) findings.push(`depends on ${other}, which is not a service`)
    }
    for (const network of service.networks ?? []) {
      if (!(network in networks)) findings.push(`uses the network ${network}, which is not defined`)
    }
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':')
      if (/^\w/.test(source) && !(source in volumes)) findings.push(`mounts ${source}, which is not a volume`)
    }
    return findings.map((finding) => `${name} ${finding}`)
  })
}

/** The files of the host that a service mounts. */
export const mountsOf = ({ volumes = [] }: Service): string[] =>
  volumes.map((volume) => volume.split(':')[0] ?? '').filter((source) => source.startsWith('.'))

/** Privileges that a hardened service must not have. */
export function hardeningOf({ read_only, cap_drop = [], security_opt = [] }: Service): string[] {
  const findings: string[] = []
  if (read_only !== true) findings.push('its root file system is writable')
  if (!cap_drop.includes('ALL')) findings.push('it keeps capabilities')
  if (!security_opt.includes('no-new-privileges:true')) findings.push('it can escalate its privileges')
  return findings
}
