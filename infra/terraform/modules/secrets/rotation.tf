# The functions of infra/key-rotation. They redeploy the service themselves after a rotation. EventBridge could trigger that,
# too, but its event comes through CloudTrail, and losing it would not fail the rotation.

locals {
  functions = {
    jwt      = { secrets = { jwt = aws_secretsmanager_secret.jwt.arn } }
    database = { secrets = { database = aws_secretsmanager_secret.database.arn, master = var.database.master_secret_arn } }
  }

  # Each secret and the function that rotates it
  rotations = {
    jwt      = { function = "jwt", arn = aws_secretsmanager_secret.jwt.arn }
    database = { function = "database", arn = aws_secretsmanager_secret.database.arn }
    master   = { function = "database", arn = var.database.master_secret_arn }
  }
}

data "archive_file" "rotation" {
  type        = "zip"
  source_file = var.rotation_bundle
  output_path = "${path.root}/.terraform/rotation.zip"
}

resource "aws_lambda_function" "rotation" {
  for_each = local.functions

  function_name    = "${var.name}-rotate-${each.key}"
  description      = "Rotates secrets: ${join(", ", keys(each.value.secrets))}"
  role             = aws_iam_role.rotation[each.key].arn
  runtime          = "nodejs24.x"
  architectures    = ["arm64"]
  handler          = "index.${each.key}"
  filename         = data.archive_file.rotation.output_path
  source_code_hash = data.archive_file.rotation.output_base64sha256
  memory_size      = 256
  timeout          = 60

  environment {
    variables = merge(
      { ECS_CLUSTER = var.service.cluster, ECS_SERVICE = var.service.name },
      each.key == "database" ? { DATABASE_CA = var.database_ca } : {},
    )
  }

  logging_config {
    log_format = "JSON"
    log_group  = var.log_group_names[each.key]
  }

  # The function for JWT keys only calls AWS, so it needs no VPC.
  dynamic "vpc_config" {
    for_each = each.key == "database" ? [var.network] : []

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = [vpc_config.value.security_group_id]
    }
  }

  depends_on = [aws_iam_role_policy.rotation, aws_iam_role_policy_attachment.network_interfaces]
}

resource "aws_lambda_permission" "rotation" {
  for_each = local.rotations

  statement_id   = "rotate-${each.key}"
  function_name  = aws_lambda_function.rotation[each.value.function].function_name
  action         = "lambda:InvokeFunction"
  principal      = "secretsmanager.amazonaws.com"
  source_arn     = each.value.arn
  source_account = data.aws_caller_identity.current.account_id
}

resource "aws_secretsmanager_secret_rotation" "this" {
  for_each = local.rotations

  secret_id           = each.value.arn
  rotation_lambda_arn = aws_lambda_function.rotation[each.value.function].arn
  # The initial values are new.
  rotate_immediately = false

  rotation_rules {
    automatically_after_days = var.rotation_days[each.key]
  }

  # Setting up a rotation runs its test step once.
  depends_on = [
    aws_lambda_permission.rotation,
    aws_secretsmanager_secret_version.jwt,
    aws_lambda_invocation.first_login,
  ]
}

# Creates the first login in the database before the first task needs it.
resource "aws_lambda_invocation" "first_login" {
  function_name = aws_lambda_function.rotation["database"].function_name
  input         = jsonencode({ SecretId = aws_secretsmanager_secret_version.database.arn, Step = "firstLogin" })
}
