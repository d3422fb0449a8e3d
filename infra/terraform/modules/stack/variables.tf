variable "name" {
  description = "Prefix of all names, such as todo-production."
  type        = string

  # Names of load balancers have at most 32 characters.
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,24}[a-z0-9]$", var.name))
    error_message = "Use at most 26 lower-case letters, digits and hyphens."
  }
}

variable "image" {
  description = "Image of the service, with a version or a digest."
  type        = string
}

variable "domain" {
  description = "Domain of the service, and its hosted zone in Route 53."
  type        = object({ name = string, zone_id = string })
}

variable "alarm_emails" {
  description = "Mail addresses that receive alarms."
  type        = set(string)
}

variable "database_ca" {
  description = "Certificate authorities of the database, as PEM."
  type        = string
}

variable "network" {
  description = "IPv4 range of the VPC (a /16), and whether each zone has its own NAT gateway."
  type        = object({ cidr = string, nat_per_zone = bool })
}

variable "database" {
  description = "Size, availability and backups of the database."
  type = object({
    instance_class = string
    multi_az       = bool
    replica_count  = number
    storage        = object({ initial = number, most = number })
    backup_days    = number
  })
}

variable "task_count" {
  description = "Minimum and maximum number of tasks."
  type        = object({ least = number, most = number })
}

variable "log_level" {
  description = "Log level of the service."
  type        = string
  default     = "info"
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
}

variable "deletion_protection" {
  description = "Protect the database and the load balancer from deletion."
  type        = bool
}
