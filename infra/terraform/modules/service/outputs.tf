output "url" {
  description = "Public URL of the service."
  value       = "https://${var.domain.name}"
}

output "cluster_name" {
  description = "The ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "service_name" {
  description = "The ECS service."
  value       = aws_ecs_service.this.name
}

output "load_balancer_suffix" {
  description = "Name of the load balancer in CloudWatch."
  value       = aws_lb.this.arn_suffix
}

output "target_group_suffix" {
  description = "Name of the target group in CloudWatch."
  value       = aws_lb_target_group.this.arn_suffix
}

output "certificate_arn" {
  description = "Certificate to monitor for expiry."
  value       = aws_acm_certificate.this.arn
}
