mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
}

variables {
  name                = "todo-test"
  image               = "ghcr.io/todo-app/todo-app:v0.1.0"
  task_count          = { least = 3, most = 12 }
  log_group_name      = "/ecs/todo-test"
  kms_key_arn         = "arn:aws:kms:eu-central-1:123456789012:key/test"
  deletion_protection = true
  domain              = { name = "todo.example.com", zone_id = "Z0123456789" }

  secret_arns = {
    jwt      = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:jwt"
    database = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:database"
  }

  database = {
    address           = "db.example.internal"
    port              = 5432
    name              = "todo"
    replica_addresses = ["replica-1.example.internal", "replica-2.example.internal"]
    ca                = "-----BEGIN CERTIFICATE-----"
  }

  network = {
    vpc_id                          = "vpc-1"
    public_subnet_ids               = ["subnet-a", "subnet-b", "subnet-c"]
    task_subnet_ids                 = ["subnet-d", "subnet-e", "subnet-f"]
    load_balancer_security_group_id = "sg-load-balancer"
    task_security_group_id          = "sg-tasks"
  }
}

run "a_small_task" {
  command = plan

  assert {
    condition     = aws_ecs_task_definition.this.cpu == "256" && aws_ecs_task_definition.this.memory == "512"
    error_message = "A task must have 256 CPU units and 512 MiB."
  }

  assert {
    condition     = aws_ecs_task_definition.this.task_role_arn == null
    error_message = "The task must have no role: the service calls no AWS API."
  }

  assert {
    condition     = [for one in jsondecode(aws_ecs_task_definition.this.container_definitions) : one.name] == ["certificates", "migrate", "app"]
    error_message = "A task must have the containers certificates, migrate and app."
  }
}

run "hardened_containers" {
  command = plan

  assert {
    condition = alltrue([
      for one in jsondecode(aws_ecs_task_definition.this.container_definitions) :
      one.readonlyRootFilesystem && !one.privileged && one.linuxParameters.capabilities.drop == ["ALL"]
    ])
    error_message = "Read-only root file systems and no capabilities are required."
  }

  assert {
    condition     = alltrue([for one in jsondecode(aws_ecs_task_definition.this.container_definitions) : one.user == "65532:65532" if one.name != "certificates"])
    error_message = "The service must not run as root."
  }

  assert {
    condition     = !aws_ecs_service.this.enable_execute_command
    error_message = "Shells in tasks must be disabled."
  }
}

run "migration_before_the_service" {
  command = plan

  assert {
    condition = {
      for one in jsondecode(aws_ecs_task_definition.this.container_definitions) : one.name => [one.essential, [for other in try(one.dependsOn, []) : "${other.containerName} ${other.condition}"]]
      } == {
      certificates = [false, []]
      migrate      = [false, ["certificates SUCCESS"]]
      app          = [true, ["migrate SUCCESS"]]
    }
    error_message = "The service must start only when the database is migrated."
  }
}

run "the_containers_environment" {
  command = plan

  assert {
    condition = {
      for one in jsondecode(aws_ecs_task_definition.this.container_definitions)[2].environment : one.name => one.value
      } == {
      APP_INSTANCES         = "12"
      DATABASE_REPLICA_URLS = "postgresql://replica-1.example.internal:5432/todo?sslmode=verify-full&sslrootcert=/certificates/database.pem,postgresql://replica-2.example.internal:5432/todo?sslmode=verify-full&sslrootcert=/certificates/database.pem"
      DATABASE_URL          = "postgresql://db.example.internal:5432/todo?sslmode=verify-full&sslrootcert=/certificates/database.pem"
      LOG_LEVEL             = "info"
      NODE_ENV              = "production"
      PORT                  = "8000"
      TRUST_PROXY           = "1"
    }
    error_message = "URLs must address each server directly, verify its certificate, and contain no login."
  }

  assert {
    condition = {
      for one in jsondecode(aws_ecs_task_definition.this.container_definitions)[2].secrets : one.name => one.valueFrom
      } == {
      JWT_SECRET          = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:jwt:jwt-secret::"
      JWT_SECRET_PREVIOUS = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:jwt:jwt-secret-previous::"
      PGPASSWORD          = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:database:password::"
      PGUSER              = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:database:username::"
    }
    error_message = "Secrets must come from Secrets Manager."
  }
}

run "health_checks" {
  command = plan

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[2].healthCheck.command == ["CMD", "/usr/local/bin/node", "/app/server.js", "healthcheck"]
    error_message = "The container must use the image's own health check."
  }

  assert {
    condition     = aws_lb_target_group.this.health_check[0].path == "/health/ready"
    error_message = "The load balancer must check readiness."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[2].stopTimeout >= 15 && tonumber(aws_lb_target_group.this.deregistration_delay) > 3
    error_message = "A task must have the time to drain and to finish open requests."
  }
}

run "deployments_lose_no_request" {
  command = plan

  assert {
    condition     = aws_ecs_service.this.deployment_minimum_healthy_percent == 100 && aws_ecs_service.this.deployment_maximum_percent == 200
    error_message = "New tasks must start before old ones stop."
  }

  assert {
    condition     = aws_ecs_service.this.deployment_circuit_breaker[0].enable && aws_ecs_service.this.deployment_circuit_breaker[0].rollback
    error_message = "A failed deployment must be rolled back."
  }

  assert {
    condition     = aws_appautoscaling_target.this.min_capacity == 3 && aws_appautoscaling_target.this.max_capacity == 12 && length(aws_appautoscaling_policy.this) == 2
    error_message = "Autoscaling must range from 3 to 12 tasks, by CPU and memory."
  }
}

run "https_only" {
  command = plan

  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "redirect" && aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS"
    error_message = "HTTP must only redirect."
  }

  assert {
    condition     = strcontains(aws_lb_listener.https.ssl_policy, "TLS13")
    error_message = "Only TLS 1.2 and 1.3 are allowed."
  }

  assert {
    condition     = aws_lb_listener_rule.no_metrics.action[0].type == "fixed-response"
    error_message = "Metrics must not be public."
  }
}

run "latest_is_refused" {
  command = plan

  variables {
    image = "ghcr.io/todo-app/todo-app:latest"
  }

  expect_failures = [var.image]
}

run "an_image_without_a_version_is_refused" {
  command = plan

  variables {
    image = "ghcr.io/todo-app/todo-app"
  }

  expect_failures = [var.image]
}

run "a_digest_is_accepted" {
  command = plan

  variables {
    image = "ghcr.io/todo-app/todo-app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[2].image == var.image
    error_message = "The image must be used as given."
  }
}

run "a_maximum_below_the_minimum_is_refused" {
  command = plan

  variables {
    task_count = { least = 3, most = 2 }
  }

  expect_failures = [var.task_count]
}
