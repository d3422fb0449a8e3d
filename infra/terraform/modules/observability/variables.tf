variable "name" {
  description = "Prefix of all names, such as todo-production."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts logs and alarms."
  type        = string
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number

  validation {
    condition     = contains([7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731 days."
  }
}

variable "alarm_emails" {
  description = "Mail addresses that receive alarms. Each must confirm its subscription."
  type        = set(string)

  validation {
    condition     = alltrue([for email in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+$", email))])
    error_message = "Use mail addresses."
  }
}

variable "service" {
  description = "CloudWatch names of the service's parts, and the minimum number of tasks."
  type = object({
    cluster         = string
    name            = string
    load_balancer   = string
    target_group    = string
    certificate_arn = string
    least_tasks     = number
  })
}

variable "database" {
  description = "Names of the database servers, and thresholds for connections and free storage in bytes."
  type        = object({ primary = string, replicas = list(string), many_connections = number, little_storage = number })
}

variable "rotation_functions" {
  description = "The functions that rotate secrets."
  type        = map(string)
}
