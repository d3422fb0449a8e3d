# Initial values. They appear in no state and no plan, because they are passed to write-only arguments. Rotations replace them.
ephemeral "random_password" "jwt" {
  for_each = toset(["signing", "previous"])

  length  = 64
  special = false
}

ephemeral "random_password" "login" {
  length  = 48
  special = false
}

resource "aws_secretsmanager_secret" "jwt" {
  name                    = "${var.name}/jwt"
  description             = "Keys of access tokens: one signs, both verify"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "jwt" {
  secret_id = aws_secretsmanager_secret.jwt.id

  # The format of infra/key-rotation/src/next-keys.ts
  secret_string_wo = jsonencode({
    jwt-secret          = ephemeral.random_password.jwt["signing"].result
    jwt-secret-previous = ephemeral.random_password.jwt["previous"].result
    step                = "promoted"
  })
  secret_string_wo_version = 1
}

resource "aws_secretsmanager_secret" "database" {
  name                    = "${var.name}/database"
  description             = "Login of the service: two users take turns"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id = aws_secretsmanager_secret.database.id

  # The format of infra/key-rotation/src/logins.ts
  secret_string_wo = jsonencode({
    engine    = "postgres"
    host      = var.database.address
    port      = var.database.port
    dbname    = var.database.name
    username  = "todo_a"
    password  = ephemeral.random_password.login.result
    masterarn = var.database.master_secret_arn
  })
  secret_string_wo_version = 1
}
