output "url" {
  description = "Where the service answers."
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
  description = "Where the service's log is."
  value       = module.stack.log_group_name
}
