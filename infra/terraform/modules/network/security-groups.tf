# All allowed connections, in one place.

# No rules: a resource without a group of its own can connect to nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

locals {
  groups = {
    load-balancer = "The load balancer"
    tasks         = "Tasks of the service"
    database      = "The database and its replicas"
    rotation      = "The function that rotates logins of the database"
  }

  # Allowed connections between groups.
  paths = {
    requests          = { from = "load-balancer", to = "tasks", port = 8000 }
    queries           = { from = "tasks", to = "database", port = 5432 }
    rotation-of-login = { from = "rotation", to = "database", port = 5432 }
  }
}

resource "aws_security_group" "this" {
  for_each = local.groups

  name        = "${var.name}-${each.key}"
  description = each.value
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_security_group_egress_rule" "path" {
  for_each = local.paths

  security_group_id            = aws_security_group.this[each.value.from].id
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "path" {
  for_each = local.paths

  security_group_id            = aws_security_group.this[each.value.to].id
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

# Port 80 only redirects.
resource "aws_vpc_security_group_ingress_rule" "world" {
  for_each = toset(["80", "443"])

  security_group_id = aws_security_group.this["load-balancer"].id
  cidr_ipv4         = "0.0.0.0/0"
  description       = "Everyone"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.value)
  to_port           = tonumber(each.value)
}

resource "aws_vpc_security_group_egress_rule" "https" {
  for_each = {
    tasks    = "The registry of images, secrets, logs"
    rotation = "Secrets, ECS"
  }

  security_group_id = aws_security_group.this[each.key].id
  cidr_ipv4         = "0.0.0.0/0"
  description       = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
