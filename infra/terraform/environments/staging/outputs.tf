output "url" {
  description = "Public URL of the service."
  value       = module.stack.url
}

output "cluster_name" {
  description = "The ECS cluster."
  value       = module.stack.cluster_name
}

output "service_name" {
  description = "The ECS service."
  value       = module.stack.service_name
}

output "log_group_name" {
  description = "Log group of the service."
  value       = module.stack.log_group_name
}
