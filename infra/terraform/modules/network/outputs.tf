output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "zones" {
  description = "Names of the availability zones in use."
  value       = local.zones
}

output "public_subnet_ids" {
  description = "Subnets of the load balancer."
  value       = aws_subnet.public[*].id

  depends_on = [aws_route.public, aws_route_table_association.public]
}

# Available once NAT works, because the rotation function is invoked during the apply.
output "task_subnet_ids" {
  description = "Subnets of the tasks and of the function that rotates database logins."
  value       = aws_subnet.tasks[*].id

  depends_on = [aws_route.tasks, aws_route_table_association.tasks]
}

output "database_subnet_ids" {
  description = "Subnets without a route out of the VPC."
  value       = aws_subnet.database[*].id
}

output "security_group_ids" {
  description = "Security groups: load-balancer, tasks, database and rotation."
  value       = { for key, group in aws_security_group.this : key => group.id }

  depends_on = [
    aws_vpc_security_group_egress_rule.path,
    aws_vpc_security_group_egress_rule.https,
    aws_vpc_security_group_ingress_rule.path,
    aws_vpc_security_group_ingress_rule.world,
  ]
}
