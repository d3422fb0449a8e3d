# Like production, but smaller. One replica, so that reads take the same path as in production.
module "stack" {
  source = "../../modules/stack"

  name         = "todo-staging"
  image        = var.image
  domain       = var.domain
  alarm_emails = var.alarm_emails
  database_ca  = file("${path.module}/../../certificates/${var.region}.pem")

  network = { cidr = "10.10.0.0/16", nat_per_zone = false }

  database = {
    instance_class = "db.t4g.micro"
    multi_az       = false
    replica_count  = 1
    storage        = { initial = 20, most = 50 }
    backup_days    = 7
  }

  task_count          = { least = 2, most = 4 }
  log_level           = "debug"
  log_retention_days  = 14
  deletion_protection = false
}
