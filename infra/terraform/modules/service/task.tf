locals {
  port = 8000

  # No public authority signs RDS's certificates, and ECS cannot mount secrets or texts as files. So the first container
  # writes the authorities into a volume that the others read.
  certificates = "/certificates/database.pem"

  # The URLs have no login: pg reads PGUSER and PGPASSWORD, which change with each rotation.
  database_query = "sslmode=verify-full&sslrootcert=${local.certificates}"
  database_urls = [
    for host in concat([var.database.address], var.database.replica_addresses) :
    "postgresql://${host}:${var.database.port}/${var.database.name}?${local.database_query}"
  ]

  variables = {
    NODE_ENV              = "production"
    PORT                  = tostring(local.port)
    LOG_LEVEL             = var.log_level
    DATABASE_URL          = local.database_urls[0]
    DATABASE_REPLICA_URLS = join(",", slice(local.database_urls, 1, length(local.database_urls)))
    APP_INSTANCES         = tostring(var.task_count.most)
    # The load balancer
    TRUST_PROXY = "1"
  }

  login = {
    PGUSER     = "${var.secret_arns.database}:username::"
    PGPASSWORD = "${var.secret_arns.database}:password::"
  }

  # A rotation first sets the new key as `previous`, then swaps the two (module `secrets`).
  keys = {
    JWT_SECRET          = "${var.secret_arns.jwt}:jwt-secret::"
    JWT_SECRET_PREVIOUS = "${var.secret_arns.jwt}:jwt-secret-previous::"
  }

  hardened = {
    image                  = var.image
    user                   = "65532:65532"
    readonlyRootFilesystem = true
    privileged             = false
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    mountPoints            = [{ sourceVolume = "certificates", containerPath = "/certificates", readOnly = true }]

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = var.log_group_name
        awslogs-region        = data.aws_region.current.region
        awslogs-stream-prefix = "task"
      }
    }
  }

  containers = [
    merge(local.hardened, {
      name       = "certificates"
      essential  = false
      entryPoint = ["/usr/local/bin/node", "--eval"]
      command    = ["fs.writeFileSync('${local.certificates}', process.env.DATABASE_CA)"]
      # Root, because the volume belongs to root; without capabilities.
      user        = "0:0"
      mountPoints = [{ sourceVolume = "certificates", containerPath = "/certificates", readOnly = false }]
      environment = [{ name = "DATABASE_CA", value = var.database.ca }]
    }),
    merge(local.hardened, {
      name        = "migrate"
      essential   = false
      command     = ["migrate"]
      dependsOn   = [{ containerName = "certificates", condition = "SUCCESS" }]
      environment = [for name in ["NODE_ENV", "LOG_LEVEL", "DATABASE_URL"] : { name = name, value = local.variables[name] }]
      secrets     = [for name, from in local.login : { name = name, valueFrom = from }]
    }),
    merge(local.hardened, {
      name         = "app"
      essential    = true
      command      = ["serve"]
      dependsOn    = [{ containerName = "migrate", condition = "SUCCESS" }]
      portMappings = [{ containerPort = local.port, hostPort = local.port, protocol = "tcp" }]
      environment  = [for name, value in local.variables : { name = name, value = value }]
      secrets      = [for name, from in merge(local.login, local.keys) : { name = name, valueFrom = from }]
      # 3 s drain + 10 s to finish open requests + reserve
      stopTimeout = 20

      healthCheck = {
        command     = ["CMD", "/usr/local/bin/node", "/app/server.js", "healthcheck"]
        interval    = 30
        timeout     = 5
        retries     = 3
        startPeriod = 30
      }
    }),
  ]
}

data "aws_region" "current" {}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions    = jsonencode(local.containers)
  # No task role: the service calls no AWS API.

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  volume {
    name = "certificates"
  }
}
