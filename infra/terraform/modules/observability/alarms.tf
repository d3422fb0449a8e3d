resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each = var.alarm_emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

locals {
  load_balancer = { LoadBalancer = var.service.load_balancer }
  targets       = merge(local.load_balancer, { TargetGroup = var.service.target_group })
  ecs           = { ClusterName = var.service.cluster, ServiceName = var.service.name }

  # Defaults: the maximum, over five minutes; missing data is not an alarm.
  service_alarms = {
    slow            = { namespace = "AWS/ApplicationELB", metric = "TargetResponseTime", statistic = "p99", above = 0.5, dimensions = local.load_balancer, text = "One request in a hundred takes longer than half a second." }
    unhealthy-tasks = { namespace = "AWS/ApplicationELB", metric = "UnHealthyHostCount", above = 0, dimensions = local.targets, text = "A task does not answer /health/ready." }
    too-few-tasks   = { namespace = "AWS/ApplicationELB", metric = "HealthyHostCount", statistic = "Minimum", below = var.service.least_tasks, dimensions = local.targets, missing = "breaching", text = "Fewer tasks are healthy than the minimum." }
    cpu             = { namespace = "AWS/ECS", metric = "CPUUtilization", statistic = "Average", above = 85, dimensions = local.ecs, text = "Autoscaling does not keep up, or has reached its maximum." }
    memory          = { namespace = "AWS/ECS", metric = "MemoryUtilization", above = 90, dimensions = local.ecs, text = "A task is close to its memory limit, at which it is killed." }
    logged-errors   = { namespace = var.name, metric = "LoggedErrors", statistic = "Sum", above = 5, dimensions = {}, text = "The service logs unexpected errors." }
    certificate     = { namespace = "AWS/CertificateManager", metric = "DaysToExpiry", statistic = "Minimum", below = 30, period = 86400, minutes = 1440, dimensions = { CertificateArn = var.service.certificate_arn }, text = "ACM has not renewed the certificate: check its DNS validation record." }
  }

  rotation_alarms = {
    for key, function in var.rotation_functions : "rotate-${key}" => {
      namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", above = 0, dimensions = { FunctionName = function }
      text      = "A rotation failed. Secrets Manager retries; the old secret stays valid until then."
    }
  }

  servers = concat([var.database.primary], var.database.replicas)

  server_alarms = merge([
    for server in local.servers : {
      "${server}-cpu"         = { namespace = "AWS/RDS", metric = "CPUUtilization", statistic = "Average", above = 80, dimensions = { DBInstanceIdentifier = server }, text = "The database is busy." }
      "${server}-storage"     = { namespace = "AWS/RDS", metric = "FreeStorageSpace", statistic = "Minimum", below = var.database.little_storage, dimensions = { DBInstanceIdentifier = server }, text = "Storage is nearly full: check whether it has reached its maximum." }
      "${server}-memory"      = { namespace = "AWS/RDS", metric = "FreeableMemory", statistic = "Minimum", below = 67108864, dimensions = { DBInstanceIdentifier = server }, text = "Less than 64 MiB of memory is free." }
      "${server}-connections" = { namespace = "AWS/RDS", metric = "DatabaseConnections", above = var.database.many_connections, dimensions = { DBInstanceIdentifier = server }, text = "There are more connections than the service opens at its maximum size." }
    }
  ]...)

  replica_alarms = {
    for server in var.database.replicas : "${server}-lag" => {
      namespace = "AWS/RDS", metric = "ReplicaLag", above = 10, dimensions = { DBInstanceIdentifier = server }
      text      = "The replica is so far behind that the service does not use it: the primary serves its reads."
    }
  }

  alarms = merge(local.service_alarms, local.rotation_alarms, local.server_alarms, local.replica_alarms)
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.text
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(try(each.value.statistic, "Maximum"), "p") ? null : try(each.value.statistic, "Maximum")
  extended_statistic  = startswith(try(each.value.statistic, "Maximum"), "p") ? each.value.statistic : null
  comparison_operator = can(each.value.above) ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = try(each.value.above, each.value.below)
  period              = try(each.value.period, 60)
  evaluation_periods  = try(each.value.minutes, 5) * 60 / try(each.value.period, 60)
  treat_missing_data  = try(each.value.missing, "notBreaching")
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# A ratio of two metrics.
resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${var.name}-5xx"
  alarm_description   = "More than one request in a hundred fails."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  evaluation_periods  = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "share"
    label       = "5xx in percent"
    expression  = "100 * (FILL(target, 0) + FILL(balancer, 0)) / requests"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = {
      requests = "RequestCount"
      target   = "HTTPCode_Target_5XX_Count"
      balancer = "HTTPCode_ELB_5XX_Count"
    }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        stat        = "Sum"
        period      = 60
        dimensions  = local.load_balancer
      }
    }
  }
}
