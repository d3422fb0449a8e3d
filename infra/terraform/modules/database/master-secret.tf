# The function that creates logins reads and rotates this secret (module `secrets`). It is written after the database
# exists, so a failed creation leaves no password that does not match.
resource "aws_secretsmanager_secret" "master" {
  name                    = "${var.name}/database-master"
  description             = "The user that creates the logins of the service"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "master" {
  secret_id = aws_secretsmanager_secret.master.id

  secret_string_wo = jsonencode({
    engine   = "postgres"
    host     = aws_db_instance.primary.address
    port     = aws_db_instance.primary.port
    dbname   = var.database_name
    username = aws_db_instance.primary.username
    password = ephemeral.random_password.master.result
  })
  secret_string_wo_version = var.master_password_version
}
