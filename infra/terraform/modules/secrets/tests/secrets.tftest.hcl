mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
}

mock_provider "archive" {}

variables {
  name            = "todo-test"
  kms_key_arn     = "arn:aws:kms:eu-central-1:123456789012:key/test"
  rotation_bundle = "./index.mjs"
  log_group_names = { jwt = "/aws/lambda/jwt", database = "/aws/lambda/database" }
  service         = { cluster = "todo-test", name = "todo-test" }
  database_ca     = "-----BEGIN CERTIFICATE-----"
  network         = { subnet_ids = ["subnet-a"], security_group_id = "sg-rotation" }

  database = {
    address           = "db.example.internal"
    port              = 5432
    name              = "todo"
    master_secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:master"
  }
}

run "every_secret_rotates" {
  command = plan

  assert {
    condition     = tomap({ for key, one in aws_secretsmanager_secret_rotation.this : key => one.rotation_rules[0].automatically_after_days }) == tomap({ jwt = 15, database = 30, master = 30 })
    error_message = "Keys and logins must rotate automatically."
  }

  assert {
    condition     = alltrue([for one in aws_secretsmanager_secret_rotation.this : !one.rotate_immediately])
    error_message = "The initial values must not rotate at once: no service exists yet that could be redeployed."
  }
}

run "values_are_in_no_state" {
  command = plan

  assert {
    condition     = aws_secretsmanager_secret_version.jwt.secret_string == null && aws_secretsmanager_secret_version.database.secret_string == null
    error_message = "Values must be write-only."
  }
}

run "functions_have_what_they_need_and_no_more" {
  command = plan

  assert {
    condition     = aws_lambda_function.rotation["jwt"].handler == "index.jwt" && aws_lambda_function.rotation["database"].handler == "index.database"
    error_message = "The handlers must match infra/key-rotation/src/index.ts."
  }

  assert {
    condition     = length(aws_lambda_function.rotation["database"].vpc_config) == 1 && length(aws_lambda_function.rotation["jwt"].vpc_config) == 0
    error_message = "Only the function that connects to the database must be in the VPC."
  }

  assert {
    condition     = !contains(keys(aws_lambda_function.rotation["jwt"].environment[0].variables), "DATABASE_CA")
    error_message = "The JWT function must not get database settings."
  }
}

run "a_rotation_within_a_day_is_refused" {
  command = plan

  variables {
    rotation_days = { jwt = 0, database = 30, master = 30 }
  }

  expect_failures = [var.rotation_days]
}
