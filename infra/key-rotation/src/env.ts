/** The variables that Terraform sets for the functions. */
export function readEnv(source: NodeJS.ProcessEnv = process.env) {
  return {
    cluster: required(source, 'ECS_CLUSTER'),
    service: required(source, 'ECS_SERVICE'),
    /** Certificate authorities of the database as PEM. Only the database function has it. */
    databaseCa: source['DATABASE_CA'],
  }
}

function required(source: NodeJS.ProcessEnv, name: string): string {
  const value = source[name]
  if (!value) throw new Error(`${name} must be set`)
  return value
}
