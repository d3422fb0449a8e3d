mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }
}

variables {
  name               = "todo-test"
  cidr               = "10.1.0.0/16"
  nat_per_zone       = true
  flow_log_group_arn = "arn:aws:logs:eu-central-1:123456789012:log-group:/vpc/todo-test"
}

run "three_layers_in_three_zones" {
  command = plan

  assert {
    condition = alltrue([
      for layer in [aws_subnet.public, aws_subnet.tasks, aws_subnet.database] :
      length(distinct(layer[*].availability_zone)) == 3
    ])
    error_message = "Each layer must have a subnet in each zone."
  }

  assert {
    condition     = length(distinct(concat(aws_subnet.public[*].cidr_block, aws_subnet.tasks[*].cidr_block, aws_subnet.database[*].cidr_block))) == 9
    error_message = "Subnets must not overlap."
  }

  assert {
    condition     = !anytrue(concat(aws_subnet.tasks[*].map_public_ip_on_launch, aws_subnet.database[*].map_public_ip_on_launch, [false]))
    error_message = "Tasks and the database must have no public addresses."
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 3
    error_message = "The loss of a zone must not cut off the tasks in another zone."
  }
}

run "one_nat_gateway_is_shared" {
  command = plan

  variables {
    nat_per_zone = false
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_route.tasks) == 3
    error_message = "All zones must share one gateway."
  }
}

run "allowed_connections" {
  command = plan

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.world : rule.from_port]) == toset([80, 443])
    error_message = "Only the load balancer is public, on ports 80 and 443."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.path : rule.cidr_ipv4 == null])
    error_message = "Internal rules must refer to groups, not to addresses."
  }

  assert {
    condition     = toset([for path in local.paths : path.from if path.to == "database"]) == toset(["tasks", "rotation"]) && !contains([for path in local.paths : path.from], "database")
    error_message = "Only tasks and the rotation function may reach the database, which may reach nothing."
  }
}

run "another_size_is_refused" {
  command = plan

  variables {
    cidr = "10.1.0.0/24"
  }

  expect_failures = [var.cidr]
}

run "one_zone_is_refused" {
  command = plan

  variables {
    zone_count = 1
  }

  expect_failures = [var.zone_count]
}
