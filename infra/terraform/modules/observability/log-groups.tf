locals {
  log_groups = {
    service         = "/ecs/${var.name}"
    flow            = "/vpc/${var.name}"
    rotate-jwt      = "/aws/lambda/${var.name}-rotate-jwt"
    rotate-database = "/aws/lambda/${var.name}-rotate-database"
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = local.log_groups

  name              = each.value
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# Unexpected errors: level 50 in pino.
resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "${var.name}-errors"
  log_group_name = aws_cloudwatch_log_group.this["service"].name
  pattern        = "{ $.level >= 50 }"

  metric_transformation {
    namespace     = var.name
    name          = "LoggedErrors"
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}
