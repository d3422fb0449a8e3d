resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "Private subnets"
  subnet_ids  = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres${var.engine_version}"
  description = "Primary and replicas"

  # Refuses connections without TLS.
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "500"
  }

  parameter {
    name  = "log_lock_waits"
    value = "1"
  }

  # Without it, a vacuum on the primary cancels queries on replicas.
  parameter {
    name  = "hot_standby_feedback"
    value = "1"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# Appears in no state and no plan: it is passed to write-only arguments.
ephemeral "random_password" "master" {
  length  = 48
  special = false
}

resource "aws_db_instance" "primary" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = var.engine_version
  instance_class = var.instance_class
  multi_az       = var.multi_az
  db_name        = var.database_name

  # RDS cannot manage the master password of a primary with replicas.
  username            = "todo_master"
  password_wo         = ephemeral.random_password.master.result
  password_wo_version = var.master_password_version

  storage_type          = "gp3"
  allocated_storage     = var.storage.initial
  max_allocated_storage = var.storage.most
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [var.security_group_id]
  publicly_accessible    = false
  # Must be covered by var.ca of the module `service`
  ca_cert_identifier   = "rds-ca-rsa2048-g1"
  parameter_group_name = aws_db_parameter_group.this.name

  backup_retention_period   = var.backup_days
  backup_window             = "02:00-03:00"
  maintenance_window        = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = false
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-final"

  auto_minor_version_upgrade = true
  apply_immediately          = false

  enabled_cloudwatch_logs_exports       = ["postgresql"]
  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.monitoring.arn
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = var.kms_key_arn
  performance_insights_retention_period = 7

  lifecycle {
    # RDS grows the storage.
    ignore_changes = [allocated_storage]
  }

  depends_on = [aws_cloudwatch_log_group.postgresql]
}

# The service addresses each replica directly, and skips one that is more than 10 s behind.
resource "aws_db_instance" "replica" {
  count = var.replica_count

  identifier          = "${var.name}-replica-${count.index + 1}"
  replicate_source_db = aws_db_instance.primary.identifier
  instance_class      = var.instance_class
  availability_zone   = var.zones[count.index % length(var.zones)]

  storage_type          = "gp3"
  max_allocated_storage = var.storage.most
  storage_encrypted     = true

  vpc_security_group_ids = [var.security_group_id]
  publicly_accessible    = false
  ca_cert_identifier     = aws_db_instance.primary.ca_cert_identifier
  parameter_group_name   = aws_db_parameter_group.this.name

  backup_retention_period = 0
  maintenance_window      = "sun:0${count.index + 5}:00-sun:0${count.index + 5}:45"
  skip_final_snapshot     = true

  auto_minor_version_upgrade = true
  apply_immediately          = false

  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.monitoring.arn
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = var.kms_key_arn
  performance_insights_retention_period = 7
}

resource "aws_iam_role" "monitoring" {
  name = "${var.name}-rds-monitoring"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "monitoring.rds.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}
