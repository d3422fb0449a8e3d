mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
}

variables {
  name               = "todo-test"
  kms_key_arn        = "arn:aws:kms:eu-central-1:123456789012:key/test"
  log_retention_days = 90
  alarm_emails       = ["on-call@example.com"]
  rotation_functions = { jwt = "todo-test-rotate-jwt", database = "todo-test-rotate-database" }
  database           = { primary = "todo-test", replicas = ["todo-test-replica-1", "todo-test-replica-2"], many_connections = 264, little_storage = 5368709120 }

  service = {
    cluster         = "todo-test"
    name            = "todo-test"
    load_balancer   = "app/todo-test/1"
    target_group    = "targetgroup/todo-test/1"
    certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
    least_tasks     = 3
  }
}

run "logs_end_and_are_encrypted" {
  command = plan

  assert {
    condition     = alltrue([for one in aws_cloudwatch_log_group.this : one.retention_in_days == 90 && one.kms_key_id == var.kms_key_arn])
    error_message = "Each log group must have a retention and the key."
  }
}

run "alarms" {
  command = plan

  assert {
    condition = length(setsubtract(
      ["slow", "unhealthy-tasks", "too-few-tasks", "cpu", "memory", "logged-errors", "certificate", "rotate-jwt", "rotate-database", "todo-test-cpu", "todo-test-storage", "todo-test-connections", "todo-test-replica-1-lag", "todo-test-replica-2-lag"],
      keys(aws_cloudwatch_metric_alarm.this),
    )) == 0
    error_message = "The service, the database and the rotations must have alarms."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["slow"].extended_statistic == "p99" && aws_cloudwatch_metric_alarm.this["slow"].statistic == null
    error_message = "A percentile must be an extended statistic."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["too-few-tasks"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.this["too-few-tasks"].threshold == 3 && aws_cloudwatch_metric_alarm.this["too-few-tasks"].treat_missing_data == "breaching"
    error_message = "Having no task must raise the alarm, too."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["certificate"].evaluation_periods == 1 && aws_cloudwatch_metric_alarm.this["cpu"].evaluation_periods == 5
    error_message = "Alarms must wait five minutes, except for daily metrics."
  }
}

run "a_dashboard" {
  command = plan

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 10
    error_message = "The dashboard must have nine graphs and the list of endpoints."
  }
}

run "a_retention_that_cloudwatch_does_not_know_is_refused" {
  command = plan

  variables {
    log_retention_days = 100
  }

  expect_failures = [var.log_retention_days]
}

run "no_address_is_refused" {
  command = plan

  variables {
    alarm_emails = ["on-call"]
  }

  expect_failures = [var.alarm_emails]
}
