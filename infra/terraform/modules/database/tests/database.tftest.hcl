mock_provider "aws" {}

variables {
  name                = "todo-test"
  instance_class      = "db.m8g.large"
  multi_az            = true
  replica_count       = 2
  storage             = { initial = 100, most = 1000 }
  backup_days         = 14
  deletion_protection = true
  subnet_ids          = ["subnet-a", "subnet-b", "subnet-c"]
  security_group_id   = "sg-database"
  kms_key_arn         = "arn:aws:kms:eu-central-1:123456789012:key/test"
  log_retention_days  = 90
  zones               = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
}

run "a_primary_that_survives_a_zone" {
  command = plan

  assert {
    condition     = aws_db_instance.primary.multi_az && aws_db_instance.primary.deletion_protection
    error_message = "The primary must have a standby in another zone and deletion protection."
  }

  assert {
    condition     = aws_db_instance.primary.backup_retention_period == 14 && !aws_db_instance.primary.skip_final_snapshot
    error_message = "The database must be backed up, also on deletion."
  }

  assert {
    condition     = aws_db_instance.primary.engine_version == "18" && aws_db_parameter_group.this.family == "postgres18"
    error_message = "The parameter group must match the version of Postgres."
  }

  assert {
    condition     = contains([for one in aws_db_parameter_group.this.parameter : one.value if one.name == "rds.force_ssl"], "1")
    error_message = "Connections without TLS must be refused."
  }
}

run "replicas_in_other_zones" {
  command = plan

  assert {
    condition     = length(distinct(aws_db_instance.replica[*].availability_zone)) == 2
    error_message = "The replicas must be in two zones."
  }

  assert {
    condition     = alltrue([for one in aws_db_instance.replica : one.replicate_source_db == "todo-test"])
    error_message = "The replicas must replicate the primary."
  }
}

run "private_and_encrypted" {
  command = plan

  assert {
    condition     = alltrue([for one in concat([aws_db_instance.primary], aws_db_instance.replica) : one.storage_encrypted && !one.publicly_accessible])
    error_message = "No server is public, and every one is encrypted."
  }
}

run "an_unknown_postgres_is_refused" {
  command = plan

  variables {
    engine_version = "14"
  }

  expect_failures = [var.engine_version]
}

run "backups_for_one_day_are_refused" {
  command = plan

  variables {
    backup_days = 1
  }

  expect_failures = [var.backup_days]
}

run "storage_that_cannot_grow_is_refused" {
  command = plan

  variables {
    storage = { initial = 100, most = 100 }
  }

  expect_failures = [var.storage]
}
