variable "name" {
  description = "Prefix of all names, such as todo-production."
  type        = string
}

variable "image" {
  description = "Image of the service, with a version or a digest: ghcr.io/todo-app/todo-app:v0.1.0."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9.-]+(:[0-9]+)?/[a-z0-9._/-]+(:[A-Za-z0-9._-]+)?(@sha256:[0-9a-f]{64})?$", var.image)) && can(regex("(:[^/]+|@sha256:[0-9a-f]{64})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "Use an image with a registry and a version or digest, not latest."
  }
}

variable "architecture" {
  description = "CPU architecture of the tasks. The image supports both."
  type        = string
  default     = "ARM64"

  validation {
    condition     = contains(["ARM64", "X86_64"], var.architecture)
    error_message = "Use ARM64 or X86_64."
  }
}

variable "task_count" {
  description = "Minimum and maximum number of tasks."
  type        = object({ least = number, most = number })

  validation {
    condition     = var.task_count.least >= 1 && var.task_count.most >= var.task_count.least
    error_message = "The minimum must be at least 1, and the maximum not below it."
  }
}

variable "log_level" {
  description = "Log level of the service."
  type        = string
  default     = "info"

  validation {
    condition     = contains(["fatal", "error", "warn", "info", "debug", "trace"], var.log_level)
    error_message = "Use fatal, error, warn, info, debug or trace."
  }
}

variable "log_group_name" {
  description = "Log group of the service."
  type        = string
}

variable "database" {
  description = "The primary, its replicas, and their certificate authorities as PEM."
  type = object({
    address           = string
    port              = number
    name              = string
    replica_addresses = list(string)
    ca                = string
  })

  validation {
    condition     = startswith(trimspace(var.database.ca), "-----BEGIN CERTIFICATE-----")
    error_message = "The certificates must be PEM."
  }
}

variable "secret_arns" {
  description = "Secrets that tasks read at start: jwt and database."
  type        = object({ jwt = string, database = string })
}

variable "kms_key_arn" {
  description = "Key that encrypts the secrets."
  type        = string
}

variable "network" {
  description = "VPC, subnets and security groups of the load balancer and the tasks."
  type = object({
    vpc_id                          = string
    public_subnet_ids               = list(string)
    task_subnet_ids                 = list(string)
    load_balancer_security_group_id = string
    task_security_group_id          = string
  })
}

variable "domain" {
  description = "Domain of the service, and its hosted zone in Route 53."
  type        = object({ name = string, zone_id = string })

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.domain.name))
    error_message = "Use a domain such as todo.example.com."
  }
}

variable "deletion_protection" {
  description = "Protect the load balancer from deletion."
  type        = bool
}
