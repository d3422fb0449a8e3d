output "url" {
  description = "Public URL of the service."
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
  description = "Log group of the service."
  value       = module.observability.log_group_names["service"]
}
