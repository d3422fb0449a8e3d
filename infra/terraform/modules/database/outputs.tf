output "address" {
  description = "Host of the primary."
  value       = aws_db_instance.primary.address
}

output "port" {
  description = "Port of the primary and of its replicas."
  value       = aws_db_instance.primary.port
}

output "database_name" {
  description = "Name of the service's database."
  value       = var.database_name
}

output "replica_addresses" {
  description = "Hosts of the replicas, one per server."
  value       = aws_db_instance.replica[*].address
}

output "identifiers" {
  description = "Names of the servers in CloudWatch."
  value       = { primary = aws_db_instance.primary.identifier, replicas = aws_db_instance.replica[*].identifier }
}

# The version's ARN, so that dependents wait until the secret has a value.
output "master_secret_arn" {
  description = "Secret of the user that creates the logins of the service."
  value       = aws_secretsmanager_secret_version.master.arn
}
