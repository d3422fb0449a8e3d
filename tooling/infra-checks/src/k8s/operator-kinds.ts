// The custom resources of the operators in use, as types. Checked manifests must satisfy them: see type-errors.ts.
import type {
  ClusterProps,
  ClusterSpecBackupBarmanObjectStore,
  ScheduledBackupProps,
} from '@cdk8s-kit/crds/pg'
import type { IObjectMeta } from '@kubernetes-models/apimachinery/apis/meta/v1/ObjectMeta'
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment'
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec'

export type { IExternalSecret as ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret'
export type { IPodMonitor as PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor'
export type { IProbe as Probe } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/Probe'
export type { IPrometheusRule as PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule'
export type { IServiceMonitor as ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor'

type Resource<ApiVersion, Kind, Spec> = {
  apiVersion: ApiVersion
  kind: Kind
  metadata: IObjectMeta
  spec: Spec
}

type CloudNativePg<Kind, Spec> = Resource<'postgresql.cnpg.io/v1', Kind, Spec>

export type Cluster = CloudNativePg<'Cluster', Wire<ClusterProps['spec']>>
export type ScheduledBackup = CloudNativePg<'ScheduledBackup', Wire<ScheduledBackupProps['spec']>>

/** No package has types of these two: written after the documentation of CloudNativePG 1.30. */
export type Pooler = CloudNativePg<
  'Pooler',
  {
    cluster: { name: string }
    type?: 'rw' | 'ro' | 'r'
    instances?: number
    template?: IPodTemplateSpec
    pgbouncer: {
      poolMode?: 'session' | 'transaction'
      parameters?: Record<string, string>
      pg_hba?: string[]
      authQuery?: string
      paused?: boolean
    }
    deploymentStrategy?: NonNullable<IDeployment['spec']>['strategy']
  }
>
/** Of the plugin Barman Cloud 0.14. */
export type ObjectStore = Resource<
  'barmancloud.cnpg.io/v1',
  'ObjectStore',
  {
    retentionPolicy?: `${number}${'d' | 'w' | 'm'}`
    configuration: Wire<ClusterSpecBackupBarmanObjectStore>
  }
>

/** cdk8s turns every name into camel case. These have another one in YAML. */
type YamlNames = {
  inheritFromIamRole: 'inheritFromIAMRole'
  isWalArchiver: 'isWALArchiver'
  pgHba: 'pg_hba'
  postInitApplicationSql: 'postInitApplicationSQL'
  serverAltDnsNames: 'serverAltDNSNames'
}

/** A type of cdk8s as it is in YAML: other names, strings for its enums, plain values for its classes around one. */
type Wire<T> = T extends string
  ? `${T}`
  : T extends { value: infer Value }
    ? Value
    : T extends readonly (infer Item)[]
      ? Wire<Item>[]
      : T extends object
        ? { [Key in keyof T as Key extends keyof YamlNames ? YamlNames[Key] : Key]: Wire<T[Key]> }
        : T
