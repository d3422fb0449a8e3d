module "stack" {
  source = "../../modules/stack"

  name         = "todo-production"
  image        = var.image
  domain       = var.domain
  alarm_emails = var.alarm_emails
  database_ca  = file("${path.module}/../../certificates/${var.region}.pem")

  network = { cidr = "10.20.0.0/16", nat_per_zone = true }

  database = {
    instance_class = "db.m8g.large"
    multi_az       = true
    replica_count  = 2
    storage        = { initial = 100, most = 1000 }
    backup_days    = 14
  }

  task_count          = { least = 3, most = 12 }
  log_retention_days  = 90
  deletion_protection = true
}
