output "log_group_names" {
  description = "Log groups: service, flow, rotate-jwt and rotate-database."
  value       = { for key, group in aws_cloudwatch_log_group.this : key => group.name }
}

output "flow_log_group_arn" {
  description = "Log group of refused connections."
  value       = aws_cloudwatch_log_group.this["flow"].arn
}
