variable "name" {
  description = "Name of the primary, and prefix for the names of its replicas."
  type        = string
}

variable "database_name" {
  description = "Name of the service's database."
  type        = string
  default     = "todo"
}

variable "engine_version" {
  description = "Major version of Postgres. RDS applies minor versions."
  type        = string
  default     = "18"

  validation {
    condition     = contains(["15", "16", "17", "18"], var.engine_version)
    error_message = "The service supports Postgres 15 to 18."
  }
}

variable "instance_class" {
  description = "Instance class of the primary and of each replica."
  type        = string

  validation {
    condition     = startswith(var.instance_class, "db.")
    error_message = "Use an RDS instance class such as db.m8g.large."
  }
}

variable "multi_az" {
  description = "Keep a synchronous standby in another zone that takes over automatically."
  type        = bool
}

variable "replica_count" {
  description = "Replicas that serve reads."
  type        = number

  validation {
    condition     = var.replica_count >= 0 && var.replica_count <= 5
    error_message = "Use 0 to 5 replicas."
  }
}

variable "storage" {
  description = "Initial and maximum storage in GiB. RDS grows it automatically."
  type        = object({ initial = number, most = number })

  validation {
    condition     = var.storage.initial >= 20 && var.storage.most > var.storage.initial
    error_message = "The initial storage must be at least 20 GiB, and the maximum larger."
  }
}

variable "backup_days" {
  description = "Days for which any point in time can be restored."
  type        = number

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 35
    error_message = "Use 7 to 35 days."
  }
}

variable "deletion_protection" {
  description = "Protect the primary from deletion."
  type        = bool
}

variable "master_password_version" {
  description = "Raise by one to set a new master password. Needed only after an apply that failed between the database and its secret."
  type        = number
  default     = 1
}

variable "subnet_ids" {
  description = "Private subnets in at least two zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "RDS needs subnets in two zones."
  }
}

variable "security_group_id" {
  description = "Security group of the database."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts storage, backups, insights and the secret."
  type        = string
}

variable "log_retention_days" {
  description = "Days for which the logs of Postgres are kept."
  type        = number
}

variable "zones" {
  description = "Availability zones for the replicas."
  type        = list(string)
}
