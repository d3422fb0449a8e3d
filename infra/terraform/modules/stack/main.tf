# One whole environment. Environments differ only in their values.

locals {
  # Connections of one task to each server: its pool, and one for monitoring
  connections_per_task = 11
  bundle               = "${path.module}/../../../key-rotation/dist/index.mjs"
}

module "network" {
  source = "../network"

  name               = var.name
  cidr               = var.network.cidr
  nat_per_zone       = var.network.nat_per_zone
  flow_log_group_arn = module.observability.flow_log_group_arn
}

module "database" {
  source = "../database"

  name                = var.name
  instance_class      = var.database.instance_class
  multi_az            = var.database.multi_az
  replica_count       = var.database.replica_count
  storage             = var.database.storage
  backup_days         = var.database.backup_days
  deletion_protection = var.deletion_protection
  subnet_ids          = module.network.database_subnet_ids
  security_group_id   = module.network.security_group_ids["database"]
  zones               = module.network.zones
  kms_key_arn         = aws_kms_key.this.arn
  log_retention_days  = var.log_retention_days
}

module "secrets" {
  source = "../secrets"

  name            = var.name
  kms_key_arn     = aws_kms_key.this.arn
  rotation_bundle = local.bundle
  database_ca     = var.database_ca
  service         = { cluster = var.name, name = var.name }

  database = {
    address           = module.database.address
    port              = module.database.port
    name              = module.database.database_name
    master_secret_arn = module.database.master_secret_arn
  }

  network = {
    subnet_ids        = module.network.task_subnet_ids
    security_group_id = module.network.security_group_ids["rotation"]
  }

  log_group_names = {
    jwt      = module.observability.log_group_names["rotate-jwt"]
    database = module.observability.log_group_names["rotate-database"]
  }
}

module "service" {
  source = "../service"

  name                = var.name
  image               = var.image
  task_count          = var.task_count
  log_level           = var.log_level
  log_group_name      = module.observability.log_group_names["service"]
  domain              = var.domain
  kms_key_arn         = aws_kms_key.this.arn
  deletion_protection = var.deletion_protection

  database = {
    address           = module.database.address
    port              = module.database.port
    name              = module.database.database_name
    replica_addresses = module.database.replica_addresses
    ca                = var.database_ca
  }

  secret_arns = {
    jwt      = module.secrets.jwt_secret_arn
    database = module.secrets.database_secret_arn
  }

  network = {
    vpc_id                          = module.network.vpc_id
    public_subnet_ids               = module.network.public_subnet_ids
    task_subnet_ids                 = module.network.task_subnet_ids
    load_balancer_security_group_id = module.network.security_group_ids["load-balancer"]
    task_security_group_id          = module.network.security_group_ids["tasks"]
  }
}

module "observability" {
  source = "../observability"

  name               = var.name
  kms_key_arn        = aws_kms_key.this.arn
  log_retention_days = var.log_retention_days
  alarm_emails       = var.alarm_emails
  rotation_functions = module.secrets.function_names

  service = {
    cluster         = module.service.cluster_name
    name            = module.service.service_name
    load_balancer   = module.service.load_balancer_suffix
    target_group    = module.service.target_group_suffix
    certificate_arn = module.service.certificate_arn
    least_tasks     = var.task_count.least
  }

  database = {
    primary          = module.database.identifiers.primary
    replicas         = module.database.identifiers.replicas
    many_connections = 2 * var.task_count.most * local.connections_per_task
    # RDS grows the storage when less than a tenth is free.
    little_storage = var.database.storage.initial * pow(1024, 3) / 20
  }
}
