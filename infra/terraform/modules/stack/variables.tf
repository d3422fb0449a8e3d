variable "name" {
  description = "Prefix of all names, such as todo-production."
  type        = string

  # The load balancer's limit is 32.
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,24}[a-z0-9]$", var.name))
    error_message = "Lower case letters, digits and hyphens, 26 at most."
  }
}

variable "image" {
  description = "Image of the service, with a version or a digest."
  type        = string
}

variable "domain" {
  description = "Name of the service, and its hosted zone in Route 53."
  type        = object({ name = string, zone_id = string })
}

variable "alarm_emails" {
  description = "Who is told of alarms."
  type        = set(string)
}

variable "database_ca" {
  description = "Certificates that may have signed the database's own, as PEM."
  type        = string
}

variable "network" {
  description = "Addresses of the VPC (a /16), and whether each zone has a NAT gateway of its own."
  type        = object({ cidr = string, nat_per_zone = bool })
}

variable "database" {
  description = "Size of the database, how it survives the loss of a zone, and for how long it can be restored."
  type = object({
    instance_class = string
    multi_az       = bool
    replica_count  = number
    storage        = object({ initial = number, most = number })
    backup_days    = number
  })
}

variable "task_count" {
  description = "Fewest and most tasks."
  type        = object({ least = number, most = number })
}

variable "log_level" {
  description = "Level of the service's log."
  type        = string
  default     = "info"
}

variable "log_retention_days" {
  description = "For how long logs are kept."
  type        = number
}

variable "deletion_protection" {
  description = "Refuse to delete the database and the load balancer."
  type        = bool
}
