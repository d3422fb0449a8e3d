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

/** What is wrong with a compose file, whatever it is for: each line begins with the service. */
export function findingsOf({ services, volumes = {}, networks = {} }: Compose): string[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const findings: string[] = []
    const { image, build } = service
    if (image === undefined && build === undefined) findings.push('has neither an image nor a build')
    if (image !== undefined && !image.startsWith('${') && !/:[^:/]*\d/.test(image)) {
      findings.push(`its image ${image} has no version`)
    }
    for (const other of Object.keys(service.depends_on ?? {})) {
      if (!(other in services)) findings.push(`waits for ${other}, which is no service`)
    }
    for (const network of service.networks ?? []) {
      if (!(network in networks)) findings.push(`is in ${network}, which is no network`)
    }
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':')
      if (/^\w/.test(source) && !(source in volumes)) findings.push(`mounts ${source}, which is no volume`)
    }
    return findings.map((finding) => `${name} ${finding}`)
  })
}

/** What of the host's files a service mounts. */
export const mountsOf = ({ volumes = [] }: Service): string[] =>
  volumes.map((volume) => volume.split(':')[0] ?? '').filter((source) => source.startsWith('.'))

/** Why a service that is to run without any rights has some. */
export function hardeningOf({ read_only, cap_drop = [], security_opt = [] }: Service): string[] {
  const findings: string[] = []
  if (read_only !== true) findings.push('its root file system can be written')
  if (!cap_drop.includes('ALL')) findings.push('it keeps capabilities')
  if (!security_opt.includes('no-new-privileges:true')) findings.push('it may get new privileges')
  return findings
}
