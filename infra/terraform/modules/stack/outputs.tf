output "url" {
  description = "Where the service answers."
  value       = module.service.url
}

output "cluster_name" {
  description = "The ECS cluster."
  value       = module.service.cluster_name
}

output "service_name" {
  description = "The ECS service."
  value       = module.service.service_name
}

output "log_group_name" {
  description = "Where the service's log is."
  value       = module.observability.log_group_names["service"]
}
