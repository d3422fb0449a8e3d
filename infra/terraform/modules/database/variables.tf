variable "name" {
  description = "Name of the primary, and prefix of its replicas' names."
  type        = string
}

variable "database_name" {
  description = "The database that the service uses."
  type        = string
  default     = "todo"
}

variable "engine_version" {
  description = "Major version of Postgres. RDS applies the minor ones."
  type        = string
  default     = "18"

  validation {
    condition     = contains(["15", "16", "17", "18"], var.engine_version)
    error_message = "The service runs on Postgres 15 to 18."
  }
}

variable "instance_class" {
  description = "Machine of the primary and of each replica."
  type        = string

  validation {
    condition     = startswith(var.instance_class, "db.")
    error_message = "A class of RDS, such as db.m8g.large."
  }
}

variable "multi_az" {
  description = "Keep a standby in another zone, in step with every commit, which takes over by itself."
  type        = bool
}

variable "replica_count" {
  description = "Replicas that serve reads."
  type        = number

  validation {
    condition     = var.replica_count >= 0 && var.replica_count <= 5
    error_message = "From none to five replicas."
  }
}

variable "storage" {
  description = "GiB at first, and up to which the storage grows by itself."
  type        = object({ initial = number, most = number })

  validation {
    condition     = var.storage.initial >= 20 && var.storage.most > var.storage.initial
    error_message = "20 GiB or more at first, and room to grow."
  }
}

variable "backup_days" {
  description = "For how long any second can be restored."
  type        = number

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 35
    error_message = "From 7 to 35 days."
  }
}

variable "deletion_protection" {
  description = "Refuse to delete the primary."
  type        = bool
}

variable "master_password_version" {
  description = "One more sets a new password for the master user. Needed only when an apply ended between the database and its secret."
  type        = number
  default     = 1
}

variable "subnet_ids" {
  description = "Private subnets, in two zones or more."
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
  description = "For how long the logs of Postgres are kept."
  type        = number
}

variable "zones" {
  description = "Zones over which the replicas are spread."
  type        = list(string)
}
