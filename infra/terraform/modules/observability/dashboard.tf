data "aws_region" "current" {}

locals {
  balancer_path = ["LoadBalancer", var.service.load_balancer]
  ecs_path      = ["ClusterName", var.service.cluster, "ServiceName", var.service.name]

  # Title, statistic, metrics
  graphs = [
    ["Requests and errors", "Sum", [for metric in ["RequestCount", "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"] : concat(["AWS/ApplicationELB", metric], local.balancer_path)]],
    ["Latency in seconds", "p99", [for stat in ["p50", "p95", "p99"] : concat(["AWS/ApplicationELB", "TargetResponseTime"], local.balancer_path, [{ stat = stat }])]],
    ["Healthy and unhealthy tasks", "Minimum", [for metric in ["HealthyHostCount", "UnHealthyHostCount"] : concat(["AWS/ApplicationELB", metric], local.balancer_path, ["TargetGroup", var.service.target_group])]],
    ["CPU and memory of tasks in percent", "Average", [for metric in ["CPUUtilization", "MemoryUtilization"] : concat(["AWS/ECS", metric], local.ecs_path)]],
    ["Logged errors", "Sum", [[var.name, "LoggedErrors"]]],
    ["CPU of the databases in percent", "Average", [for server in local.servers : ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", server]]],
    ["Connections", "Maximum", [for server in local.servers : ["AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", server]]],
    ["Lag of replicas in seconds", "Maximum", [for server in var.database.replicas : ["AWS/RDS", "ReplicaLag", "DBInstanceIdentifier", server]]],
    ["Free storage", "Minimum", [for server in local.servers : ["AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier", server]]],
  ]

  slowest = join(" | ", [
    "SOURCE '${local.log_groups.service}'",
    "filter ispresent(duration_ms)",
    "stats count() as requests, pct(duration_ms, 99) as p99, sum(status_code >= 500) as failed by endpoint",
    "sort p99 desc",
    "limit 20",
  ])
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = concat(
      [for index, graph in local.graphs : {
        type   = "metric"
        x      = index % 3 * 8
        y      = floor(index / 3) * 6
        width  = 8
        height = 6
        properties = {
          title   = graph[0]
          stat    = graph[1]
          metrics = graph[2]
          period  = 60
          region  = data.aws_region.current.region
        }
      }],
      [{
        type       = "log"
        x          = 0
        y          = 18
        width      = 24
        height     = 8
        properties = { title = "Endpoints, the slowest first", query = local.slowest, region = data.aws_region.current.region, view = "table" }
      }],
    )
  })
}
