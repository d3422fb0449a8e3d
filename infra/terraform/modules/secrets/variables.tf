variable "name" {
  description = "Prefix of all names, such as todo-production."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts the secrets."
  type        = string
}

variable "rotation_days" {
  description = "Days between two steps of the JWT rotation (a new key signs after two steps), between two logins, and between two master passwords."
  type        = object({ jwt = number, database = number, master = number })
  default     = { jwt = 15, database = 30, master = 30 }

  # Access tokens live for 15 minutes, so after a day none is signed with the old key.
  validation {
    condition     = alltrue([for days in values(var.rotation_days) : days >= 1 && days <= 365])
    error_message = "Use 1 to 365 days."
  }
}

variable "rotation_bundle" {
  description = "Bundle of the rotation functions: infra/key-rotation/dist/index.mjs, built by `pnpm --filter @todo/key-rotation build`."
  type        = string

  validation {
    condition     = endswith(var.rotation_bundle, "/index.mjs")
    error_message = "The file must be called index.mjs, because the Lambda handlers refer to it."
  }
}

variable "log_group_names" {
  description = "Log groups of the rotation functions: jwt and database."
  type        = object({ jwt = string, database = string })
}

variable "service" {
  description = "Names of the ECS cluster and service to redeploy after a rotation."
  type        = object({ cluster = string, name = string })
}

variable "database" {
  description = "The primary, and the secret of the user that creates logins."
  type = object({
    address           = string
    port              = number
    name              = string
    master_secret_arn = string
  })
}

variable "database_ca" {
  description = "Certificate authorities of the database, as PEM."
  type        = string
}

variable "network" {
  description = "Subnets and security group from which the rotation function reaches the database."
  type        = object({ subnet_ids = list(string), security_group_id = string })
}
